import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { md5 } from '../engine/md5.ts'
import { systemReason } from '../engine/system-errors.ts'
import { messageOf } from '../engine/thrown.ts'
import type { Mock } from './ricloud.ts'

/** A test, to its file. */
export interface RecordedTest {
  readonly name: string
  /** The path of its source, so that tests of one name in several files have files of their own. */
  readonly source?: string | undefined
}

/** The limit of the part of a file's name that is made of a test's name. */
const longestName = 80

/** A name of letters, digits and dashes, which every file system takes, and which is the same in each run. */
export function fileNameOf({ name, source = '' }: RecordedTest): string {
  const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? []
  const readable = words.join('-').slice(0, longestName)
  return `${readable}-${md5(`${source}\n${name}`).slice(0, 8)}.replay.json`
}

/** Writes the file of a test to a folder, whole or not at all, in place of an older one. Resolves to its path. */
export async function writeReplay(mock: Mock, folder: string, test: RecordedTest): Promise<string> {
  const text = await mock.replayFile({ test: test.name })
  const path = join(folder, fileNameOf(test))
  let unfinished: string | undefined
  try {
    mkdirSync(folder, { recursive: true })
    unfinished = mkdtempSync(join(folder, '.unfinished-'))
    const draft = join(unfinished, 'draft.json')
    writeFileSync(draft, text)
    renameSync(draft, path)
    return path
  } catch (error) {
    throw new Error(`Failed to write ${path}: ${systemReason(error, 'folder')}.`)
  } finally {
    if (unfinished !== undefined) rmSync(unfinished, { recursive: true, force: true })
  }
}

/** As `writeReplay`, for the output of a failed test: resolves to a line that says where the file is, or why it is not. */
export async function leaveReplay(mock: Mock, folder: string, test: RecordedTest) {
  try {
    const path = await writeReplay(mock, folder, test)
    return { path, line: `replay it: npx ricloud-mock replay ${path}` }
  } catch (error) {
    return { path: undefined, line: `no replay file: ${messageOf(error)}` }
  }
}
