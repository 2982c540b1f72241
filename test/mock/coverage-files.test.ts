import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { CoverageFile, readCoverage } from '../../src/mock/coverage-files.ts'
import { setupRicloud } from '../../src/node.ts'
import { serve } from '../../src/standalone.ts'

const root = mkdtempSync(join(tmpdir(), 'ricloud-mock-'))
afterAll(() => rmSync(root, { recursive: true }))
const makeFolder = () => mkdtempSync(join(root, 'folder-'))

const coverage = (met: number) => ({ met, all: 1, groups: { calls: { met: { 'GET /a': met }, never: [] } } })

describe('The option coverage', () => {
  it('makes close() of setupRicloud and of a server write to the folder', async () => {
    const folder = join(makeFolder(), 'new', 'folder')
    const ricloud = setupRicloud({ coverage: folder }).listen()
    await fetch('https://ricloud-api.reincubate.com/users', { headers: { authorization: 'Token ricloud-mock-token' } })
    ricloud.close()
    const server = await serve({ port: 0, coverage: folder })
    await fetch(`${server.url}/users`, { headers: { authorization: `Token ${server.token}` } })
    await server.close()
    expect(readCoverage([folder]).groups.calls?.met).toEqual({ 'GET /users': 2 })
  })

  it('is off if it is empty, as a variable of the environment may be', () => {
    const ricloud = setupRicloud({ coverage: '' }).listen()
    expect(() => ricloud.close()).not.toThrow()
  })

  it('is refused if it is no path', () => {
    expect(() => setupRicloud({ coverage: true as never })).toThrow(
      'Failed to create the mock: coverage must be the path of a folder, got true.',
    )
  })

  it('names a folder that cannot be written to', () => {
    const path = join(makeFolder(), 'file')
    writeFileSync(path, '')
    const ricloud = setupRicloud({ coverage: path }).listen()
    expect(() => ricloud.close()).toThrow(`Failed to write the coverage to ${path}: `)
  })
})

describe('CoverageFile', () => {
  it('replaces what it wrote before, and nothing of others', () => {
    const folder = makeFolder()
    const [one, other] = [new CoverageFile(folder), new CoverageFile(folder)]
    one.write(coverage(1))
    one.write(coverage(2))
    other.write(coverage(4))
    expect(readCoverage([folder]).groups.calls?.met).toEqual({ 'GET /a': 6 })
  })
})

describe('readCoverage', () => {
  it('names a folder without coverage, and one that is not there', () => {
    const folder = makeFolder()
    expect(() => readCoverage([folder])).toThrow(
      `There is no coverage in ${folder}: no coverage.json in a folder "run-…".`,
    )
    expect(() => readCoverage([join(folder, 'x')])).toThrow('there is no such folder (ENOENT)')
  })

  it.each([
    '',
    '{"met": 1',
    '[]',
    '{"met": -1, "all": 1, "groups": {}}',
    '{"met": 1, "all": 1, "groups": {"calls": 1}}',
  ])('names a file that is cut short or something else: %s', (text) => {
    const run = join(makeFolder(), 'run-1')
    mkdirSync(run)
    writeFileSync(join(run, 'coverage.json'), text)
    expect(() => readCoverage([join(run, '..')])).toThrow(
      `Failed to read the coverage in ${join(run, 'coverage.json')}: it is cut short, or no coverage.`,
    )
  })
})
