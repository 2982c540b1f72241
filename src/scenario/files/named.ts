import { promises } from 'node:fs'
import { extname, isAbsolute, relative, resolve, sep } from 'node:path'
import { base64Of } from '../../engine/base64.ts'
import { systemReason } from '../../engine/system-errors.ts'
import { codeOf } from '../../engine/thrown.ts'
import { parseJson } from './json.ts'
import { decode } from './text.ts'

/** The largest file that a scenario may name, in bytes: it is kept in memory, and a part of every snapshot. */
const largest = 16 * 2 ** 20

/** Reads a file that a scenario names; what is wrong with it is the message of the Error that it throws. */
export interface NamedFiles {
  json(path: string): Promise<unknown>
  binary(path: string): Promise<{ base64: string; type?: string }>
}

/**
 * Files below the folder of a scenario file.
 *
 * @param reads called with the absolute path of each before it is read
 */
export function namedFiles(folder: string, reads: (path: string) => void = () => {}): NamedFiles {
  const read = async (name: string) => {
    const path = resolve(folder, name)
    const within = relative(resolve(folder), path)
    if (name.includes('\0')) throw new Error('it is no path')
    if (within === '..' || within.startsWith(`..${sep}`) || isAbsolute(within)) {
      throw new Error('it lies outside of the folder of the scenario')
    }
    reads(path)
    try {
      const file = await promises.stat(path)
      if (file.isDirectory()) throw new Error('it is a folder')
      if (!file.isFile()) throw new Error('it is no file')
      if (file.size > largest) throw new Error(`it has ${file.size} bytes, and may have at most ${largest}`)
      return await promises.readFile(path)
    } catch (error) {
      throw new Error(codeOf(error) === undefined ? systemReason(error) : `it cannot be read: ${systemReason(error)}`)
    }
  }
  return {
    async json(name) {
      return parseJson(decode(await read(name)).text)
    },
    async binary(name) {
      const [, type] = /^\.([a-z0-9]{1,10})$/.exec(extname(name).toLowerCase()) ?? []
      return { base64: base64Of(await read(name)), ...(type !== undefined && { type }) }
    },
  }
}
