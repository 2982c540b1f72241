import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemReason } from '../engine/system-errors.ts'
import { codeOf } from '../engine/thrown.ts'
import { findWorker, workerFile as worker } from '../server/worker-file.ts'
import type { CommandLine } from './command-line.ts'
import { printResult, shownPath } from './output.ts'

/** Copies the worker script of the msw that is installed into a folder, and prints what it did. */
export async function copyWorker({ words: [folder, ...more] }: CommandLine): Promise<number> {
  if (folder === undefined || more.length > 0) {
    throw new Error('init takes one folder, from which the files of the page are served: ricloud-mock init public')
  }
  const source = findWorker('.')
  const script = await readFile(source, 'utf8')
  const target = join(folder, worker)
  const shown = shownPath(target)
  const before = await readFile(target, 'utf8').catch((error) => {
    if (codeOf(error) === 'ENOENT') return undefined
    throw new Error(`Failed to read ${shown}: ${systemReason(error)}.`)
  })
  if (before === script) {
    await printResult(`${shown} is up to date: msw ${versionOf(script)}.`)
    return 0
  }
  if (before !== undefined && versionOf(before) === undefined) {
    throw new Error(`${shown} is not msw's: move it away, or choose another folder.`)
  }
  const made = await write(folder, target, script)
  const was = before === undefined ? '' : `, replacing that of msw ${versionOf(before)}`
  const note = made === undefined ? '' : ` The folder ${shownPath(made)} is new.`
  await printResult(`Copied the worker script of msw ${versionOf(script)} to ${shown}${was}.${note}`)
  return 0
}

/** Writes the script; resolves to the first folder that it had to make. */
async function write(folder: string, target: string, script: string): Promise<string | undefined> {
  try {
    const made = await mkdir(folder, { recursive: true })
    await writeFile(target, script)
    return made
  } catch (error) {
    throw new Error(`Failed to write ${shownPath(target)}: ${systemReason(error, 'folder')}.`)
  }
}

/** The msw version of a worker script; undefined where it is not msw's. */
const versionOf = (script: string) => /PACKAGE_VERSION = '([^']+)'/.exec(script)?.[1]
