import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { systemReason } from '../../src/engine/system-errors.ts'

const folder = mkdtempSync(join(tmpdir(), 'reasons-'))
writeFileSync(join(folder, 'file'), '')

it.each<[string, () => unknown, 'file' | 'folder', string]>([
  ['a file that is missing', () => readFileSync(join(folder, 'none')), 'file', 'there is no such file (ENOENT)'],
  ['a folder that is missing', () => readdirSync(join(folder, 'none')), 'folder', 'there is no such folder (ENOENT)'],
  [
    'the folder of a file that is written',
    () => writeFileSync(join(folder, 'none', 'file'), ''),
    'folder',
    'there is no such folder (ENOENT)',
  ],
  ['a folder in place of a file', () => readFileSync(folder), 'file', 'it is a folder (EISDIR)'],
  [
    'a file in place of a folder',
    () => mkdirSync(join(folder, 'file'), { recursive: true }),
    'folder',
    'a file of that name exists already (EEXIST)',
  ],
])('systemReason names %s', (_, work, missing, reason) => {
  try {
    work()
  } catch (error) {
    expect(systemReason(error, missing)).toBe(reason)
    return
  }
  throw new Error('Nothing was thrown.')
})
