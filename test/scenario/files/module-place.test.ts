import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { placeOfFailure } from '../../../src/scenario/files/module-place.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ricloud-mock-place-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** An Error with this stack. */
const failure = (...stack: string[]) => Object.assign(new Error('no'), { stack: stack.join('\n') })

describe('The place of a failed import', () => {
  const path = '/app/a b.mjs'
  const url = pathToFileURL(path).href

  it.each([
    ['of a frame', ['Error: no', `    at ${url}:3:13`], '3:13 '],
    ['of a function', ['Error: no', `    at async load (${url}?12.5-1:3:13)`, `    at ${url}:9:1`], '3:13 '],
    ['of a shown line', [`${url}:2`, '  a b', '    ^^', '', 'SyntaxError: no', '    at node:x:1:1'], '2:5 '],
    ['below frames of packages', ['Error: no', `    at f (/x/node_modules/y/z.js:1:2)`, `    at ${url}:3:13`], '3:13 '],
    ['below frames of other files', ['Error: no', `    at f (/app/b.mjs:1:2)`, `    at async ${url}:3:13`], '3:13 '],
  ])('%s is in the module', async (_, stack, before) => {
    expect(await placeOfFailure(path, failure(...stack))).toEqual({ before, after: '' })
  })

  it('is in the file that a module imports', async () => {
    const error = failure('Error: no', '    at file:///app/b.mjs:1:7', '    at ModuleJob.run (node:internal/x:1:1)')
    expect(await placeOfFailure(path, error)).toEqual({ before: '', after: ` (${relative('.', '/app/b.mjs')}:1:7)` })
  })

  it.each([
    ['whose stack names no file of the user', failure('Error: no', '    at resolve (node:internal/modules/x:873:9)')],
    [
      'of the import alone',
      failure('Error: no', '    at resolve (node:internal/modules/x:873:9)', '    at async file:///app/caller.mjs:1:1'),
    ],
    ['without a stack', { message: 'no' }],
    ['that is no error', undefined],
  ])('is unknown for a failure %s', async (_, error) => {
    expect(await placeOfFailure(path, error)).toEqual({ before: '', after: '' })
  })
})

describe('A module that cannot be compiled', () => {
  const refused = 'export default {\n  port: 7000,\n  scenario: "x" "y",\n}\n'

  const unplaced = Object.assign(new SyntaxError('no'), {
    stack: 'SyntaxError: no\n    at x (node:internal/modules/y:1:1)',
  })

  it.each([
    ['itself', { 'itself.mjs': refused }, '3:17 ', ''],
    ['at its end', { 'at its end.mjs': 'export default {' }, expect.stringMatching(/^\d+:\d+ $/), ''],
    ['in what it imports', { 'in what it imports.mjs': 'import "./b.mjs"', 'b.mjs': refused }, '', 'b.mjs:3:17'],
  ])('%s has a place, though its error names none', async (name, files, before, after) => {
    await Promise.all(Object.entries(files).map(([file, text]) => writeFile(join(folder, file), text)))
    const place = await placeOfFailure(join(folder, `${name}.mjs`), unplaced)
    const shown = after && ` (${relative('.', join(folder, after))})`
    expect(place).toEqual({ before, after: shown })
  })
})
