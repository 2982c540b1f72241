import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { longestReplay, version } from '../../src/mock/past/replay-file.ts'
import { program } from '../doors/bundled.ts'
import { killChildren, startCommand } from '../doors/child.ts'
import { newSession, setupApi, startTime } from '../support/api.ts'
import { run } from './run.ts'

const folder = mkdtempSync(join(tmpdir(), 'ricloud-mock-'))
const path = (name: string) => join(folder, name)
let text: string

beforeAll(async () => {
  const api = setupApi({ seed: 3 })
  await api.post('/users', { identifier: 'a@example.com' })
  await api.mock.clock.advance('1h')
  api.mock.faults.arm({ on: 'POST /sessions', first: 1, answer: { status: 503 } })
  await api.post('/sessions', newSession())
  await api.post('/sessions', newSession())
  text = await api.mock.replayFile({ test: 'the test' })
  writeFileSync(path('right.json'), text)
})
afterAll(async () => {
  await killChildren()
  rmSync(folder, { recursive: true })
})

describe('ricloud-mock replay', () => {
  it('prints the calls, and exits with 0 if nothing differs', async () => {
    const { code, out, err } = await run('replay', path('right.json'))
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/ 2 {2}13:00:00 {2}POST {4}\/sessions .* 503 .*fault \(POST \/sessions, first 1: status 503\)/)
    expect(out).toContain('Replayed 3 calls of "the test" to the same answers and records. It is 2020-02-20T13:00:00.')
  })

  it('--until stops before a call', async () => {
    const { code, out } = await run('replay', path('right.json'), '--until', '2')
    expect([code, out]).toEqual([
      0,
      expect.stringContaining('Replayed 1 call of "the test". It is 2020-02-20T13:00:00.'),
    ])
  })

  it('exits with 1 if an answer differs, and names the first one', async () => {
    writeFileSync(path('differs.json'), text.replace('"status":503,', '"status":201,').replace(version, '0.0.1'))
    const { code, out, err } = await run('replay', path('differs.json'))
    expect(code).toBe(1)
    expect(out).toContain('Replayed 2 calls of "the test", and something differs.')
    expect(err).toBe(
      `ricloud-mock: request 2, POST /sessions, was answered with 503 instead of 201. The file was written by version 0.0.1, and this is ${version}.\n`,
    )
  })

  it.each<[string, (text: string) => string, string]>([
    [
      'another format',
      (text) => text.replace('"format":1', '"format":2'),
      `ricloud-mock ${version} wrote it in another format; this is ${version}.`,
    ],
    ['a file that is cut short', (text) => text.slice(0, -300), 'it is not JSON: it ends too early.'],
    ['a file that is no JSON', () => '<html>', 'it is not JSON: there is a mistake'],
    [
      'other JSON',
      () => '[]',
      'it is no file of a recorded world, which has "ricloud_mock" and "inputs", but an array.',
    ],
    ['deep JSON', () => '['.repeat(1e6), 'it is nested too deep.'],
    ['an unknown input', (text) => text.replace('"do":"clock"', '"do":"clok"'), 'it was changed: inputs[1].do:'],
    [
      'an attribute of another type',
      (text) => text.replace('"status":503,"dec', '"status":"503","dec'),
      'it was changed: inputs[3].status: must be a number, got "503".',
    ],
  ])('exits with 2 for %s', async (_, edit, message) => {
    writeFileSync(path('wrong.json'), edit(text))
    const { code, err } = await run('replay', path('wrong.json'))
    expect(err).toContain(`ricloud-mock: ${path('wrong.json')} cannot be replayed: ${message}`)
    expect(code).toBe(2)
  })

  it.each<[string, string, string]>([
    ['a folder', '.', 'it is a folder (EISDIR)'],
    ['no file', 'none.json', 'there is no such file (ENOENT)'],
  ])('exits with 2 for %s', async (_, name, why) => {
    const { code, err } = await run('replay', path(name))
    expect([code, err]).toEqual([2, `ricloud-mock: ${path(name)} cannot be read: ${why}.\n`])
  })

  it.each<[string, number, string]>([
    ['too many characters', longestReplay + 1, 'it is longer than 64 Mi characters'],
    ['so many bytes that it is not read', 4 * longestReplay + 1, 'it is too large'],
  ])('exits with 2 for a file of %s', async (_, size, why) => {
    writeFileSync(path('large.json'), text)
    truncateSync(path('large.json'), size)
    const { code, err } = await run('replay', path('large.json'))
    expect([code, err]).toEqual([2, `ricloud-mock: ${path('large.json')} cannot be replayed: ${why}.\n`])
  })

  it('exits with 2 for a world that cannot be made', async () => {
    writeFileSync(path('options.json'), text.replace('"scenario":"default"', '"scenario":"defalt"'))
    const { code, err } = await run('replay', path('options.json'))
    expect([code, err]).toEqual([2, expect.stringContaining('The world of the file cannot be made: ')])
  })

  it.each<[string, readonly string[], string]>([
    ['no file', [], 'replay takes one file, which a failed test left: ricloud-mock replay one.replay.json'],
    ['two files', ['a', 'b'], 'replay takes one file, which a failed test left: ricloud-mock replay one.replay.json'],
    ['a call that is no number', ['a', '--until', 'x'], '--until must be a whole number'],
    ['two ways to show it', ['a', '--serve', '--print-test'], 'replay takes --serve or --print-test, not both.'],
  ])('exits with 1 for %s', async (_, args, message) => {
    const { code, err } = await run('replay', ...args)
    expect([code, err]).toEqual([1, expect.stringContaining(message)])
  })

  it('--until exits with 2 for a call that is not there', async () => {
    const { code, err } = await run('replay', path('right.json'), '--until', '7')
    expect([code, err]).toEqual([2, 'ricloud-mock: The file has no call 7; there are 1 to 3.\n'])
  })

  it('--print-test prints a test of Vitest', async () => {
    const { code, out } = await run('replay', path('right.json'), '--print-test')
    expect(code).toBe(0)
    expect(out).toContain(
      `const test = base.extend('ricloudOptions', {"scenario":"default","seed":3,"clock":{"start":"`,
    )
    expect(out).toContain(`  await ricloud.clock.advance("1h")\n`)
    expect(out).toContain('  // Request 2: fault (POST /sessions, first 1: status 503)\n')
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code
    expect(out).toContain('"/sessions", { "authorization": `Token ${ricloud.token}` }, {"source":')
  })

  it('--serve serves the world as it was before a call, until a signal comes', async () => {
    const child = startCommand(['replay', path('right.json'), '--until', '2', '--serve', '--port', '0'], program)
    const [, url = ''] = await child.until('err', /listens on (\S+)[\s\S]*Stop: .*\n/)
    const headers = { authorization: 'Token ricloud-mock-token' }
    const start = () => fetch(`${url}/sessions`, { method: 'POST', headers, body: JSON.stringify(newSession()) })
    expect([(await start()).status, (await start()).status]).toEqual([503, 201])
    const { requests } = await (await fetch(`${url}/_mock/requests`)).json()
    expect(requests).toMatchObject([{ id: 1, path: '/users', at: startTime }, { id: 2, status: 503 }, { id: 3 }])
    child.process.kill('SIGTERM')
    expect((await child.ended()).code).toBe(0)
  })
})
