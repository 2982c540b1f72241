import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readReplay } from '../../src/mock/past/replay-file.ts'
import { replayWorld } from '../../src/mock/past/replay-world.ts'
import { fileNameOf } from '../../src/mock/replay-files.ts'
import { definition } from '../../src/mock/ricloud.ts'
import { TestWorlds } from '../../src/mock/test-worlds.ts'
import { setupRicloud } from '../../src/node.ts'

const folder = mkdtempSync(join(tmpdir(), 'ricloud-mock-'))
afterAll(() => rmSync(folder, { recursive: true }))

const differenceIn = async (path: string) =>
  (await replayWorld(definition, readReplay(readFileSync(path, 'utf8'), path))).difference

describe('the name of a file', () => {
  it.each<[string, RegExp]>([
    ['A user > is created', /^a-user-is-created-[0-9a-f]{8}\.replay\.json$/],
    ['con', /^con-[0-9a-f]{8}\.replay\.json$/],
    ['../../etc/passwd\0:*?"<>|', /^etc-passwd-[0-9a-f]{8}\.replay\.json$/],
    ['データ', /^-[0-9a-f]{8}\.replay\.json$/],
    ['x'.repeat(500), /^x{80}-[0-9a-f]{8}\.replay\.json$/],
  ])('can be one on every file system: %j', (name, pattern) => {
    expect(fileNameOf({ name })).toMatch(pattern)
  })

  it('differs for tests of one name in two files', () => {
    expect(fileNameOf({ name: 'a', source: 'one.test.ts' })).not.toBe(fileNameOf({ name: 'a', source: 'two.test.ts' }))
  })
})

describe('TestWorlds.leaveReplay', () => {
  it('leaves the file of a test that failed, and says so in its error', async () => {
    const worlds = new TestWorlds()
    const mock = await worlds.begin({ replays: join(folder, 'new') }, { name: 'one' })
    await mock.fetch('https://ricloud-api.reincubate.com/users', { headers: { authorization: `Token ${mock.token}` } })
    const failure = new Error('It failed.')
    const path = (await worlds.leaveReplay(mock, { failure })) as string
    worlds.end(mock, { failure })
    expect(readdirSync(join(folder, 'new'))).toEqual([fileNameOf({ name: 'one' })])
    expect(failure.message).toContain(`replay it: npx ricloud-mock replay ${path}`)
    expect(await differenceIn(path)).toBe(undefined)
  })

  it('leaves none of a test that passed', async () => {
    const worlds = new TestWorlds()
    const mock = await worlds.begin({ replays: join(folder, 'passed') })
    expect(await worlds.leaveReplay(mock)).toBe(undefined)
    expect(readdirSync(folder)).not.toContain('passed')
  })

  it('leaves that of a test whose scenario did not run as scripted', async () => {
    const worlds = new TestWorlds()
    const mock = await worlds.begin({ scenario: 'two-factor', replays: folder }, { name: 'unfired' })
    expect(await worlds.leaveReplay(mock)).toBe(join(folder, fileNameOf({ name: 'unfired' })))
  })

  it('says in the error why there is none', async () => {
    writeFileSync(join(folder, 'file'), '')
    const worlds = new TestWorlds()
    const mock = await worlds.begin({ replays: join(folder, 'file') }, { name: 'one' })
    const failure = new Error('It failed.')
    await worlds.leaveReplay(mock, { failure })
    worlds.end(mock, { failure })
    expect(failure.message).toMatch(
      /no replay file: Failed to write .*file already exists|no replay file: Failed to write .*/,
    )
  })

  it('rejects a folder that is no text', async () => {
    await expect(new TestWorlds().begin({ replays: 5 as never })).rejects.toThrow(
      'Failed to create the mock: replays must be the path of a folder, got 5.',
    )
  })
})

describe('setupRicloud().saveReplay', () => {
  it('writes the file in place of an older one, and returns how to replay it', async () => {
    const ricloud = setupRicloud({ replays: folder, clock: { frozen: true } })
    for (let i = 0; i < 2; i++) {
      const line = await ricloud.saveReplay('again')
      expect(line).toBe(`replay it: npx ricloud-mock replay ${join(folder, fileNameOf({ name: 'again' }))}`)
    }
    expect(readdirSync(folder).filter((name) => name.startsWith('again') || name.startsWith('.'))).toHaveLength(1)
  })

  it('does nothing without a folder', async () => {
    expect(await setupRicloud({ replays: '' }).saveReplay('one')).toBe(undefined)
  })
})
