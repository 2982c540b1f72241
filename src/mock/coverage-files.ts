import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { type CoverageView, mergeCoverage } from '../control/coverage.ts'
import { UsageError } from '../engine/errors.ts'
import { shown } from '../engine/messages.ts'
import { systemReason } from '../engine/system-errors.ts'

const fileName = 'coverage.json'
const count = z.int().nonnegative()
const schema = z.object({
  met: count,
  all: count,
  groups: z.record(z.string(), z.object({ met: z.record(z.string(), count), never: z.array(z.string()) })),
})

/** Checks an option that names a folder; an empty text counts as none, as variables of the environment have it. */
export function readFolderOption(folder: unknown, option: 'coverage' | 'replays'): string | undefined {
  if (folder === undefined || folder === '') return undefined
  if (typeof folder !== 'string') {
    throw new UsageError(`Failed to create the mock: ${option} must be the path of a folder, got ${shown(folder)}.`)
  }
  return folder
}

/** Writes coverage to a folder, which other processes may write to at the same time: each writer has a folder within it. */
export class CoverageFile {
  #path: string | undefined

  constructor(readonly folder: string) {}

  /** Replaces what it wrote before. Throws an Error that names the folder. */
  write(coverage: CoverageView): void {
    try {
      if (!this.#path) {
        mkdirSync(this.folder, { recursive: true })
        this.#path = join(mkdtempSync(join(this.folder, 'run-')), fileName)
      }
      writeFileSync(this.#path, JSON.stringify(coverage))
    } catch (error) {
      throw new UsageError(`Failed to write the coverage to ${this.folder}: ${systemReason(error, 'folder')}.`)
    }
  }
}

/** Adds up all coverage in folders. Throws an Error if one cannot be read, has none, or has a file that is none. */
export function readCoverage(folders: readonly string[]): CoverageView {
  return mergeCoverage(folders.flatMap(readFolder))
}

function readFolder(folder: string): CoverageView[] {
  const files = filesIn(folder)
  if (files.length === 0) throw new UsageError(`There is no coverage in ${folder}: no ${fileName} in a folder "run-…".`)
  return files.map((path) => {
    try {
      return schema.parse(JSON.parse(readFileSync(path, 'utf8')))
    } catch (error) {
      const reason =
        error instanceof SyntaxError || error instanceof z.ZodError
          ? 'it is cut short, or no coverage'
          : systemReason(error)
      throw new UsageError(`Failed to read the coverage in ${path}: ${reason}.`)
    }
  })
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.replaceAll('\\', '/').endsWith(`/${fileName}`))
      .sort()
      .map((path) => join(folder, path))
  } catch (error) {
    throw new UsageError(`Failed to read the coverage in ${folder}: ${systemReason(error, 'folder')}.`)
  }
}
