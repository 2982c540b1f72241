import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serveOptions } from '../../src/cli/options.ts'
import { readLine } from '../../src/cli/read-line.ts'
import { type Reload, reloadLine } from '../../src/cli/reporter.ts'
import { readSettings } from '../../src/cli/settings.ts'
import { changesOf, type Watching, watchSources } from '../../src/cli/watch.ts'
import { createMock } from '../../src/index.ts'
import type { ScenarioInput } from '../../src/scenario/types.ts'
import { bounded } from '../doors/child.ts'

describe('The changes of a scenario', () => {
  it('are the keys that differ, in whatever order they are written', () => {
    const before: ScenarioInput = { scenario: 'x', steps: [{ at: '1h', do: 'key.rotate' }], faults: [] }
    const after: ScenarioInput = { faults: [], steps: [{ do: 'key.rotate', at: '2h' }], scenario: 'x', settings: {} }
    expect(changesOf(before, after)).toEqual(['steps', 'settings'])
    expect(changesOf(before, { ...before, steps: [{ do: 'key.rotate', at: '1h' }] })).toEqual([])
  })

  it('are told between built-in scenarios too', () => {
    expect(changesOf('default', 'default')).toEqual([])
    expect(changesOf('default', 'rotation-grace')).toContain('scenario')
  })
})

describe('The line of a reload', () => {
  const files = ['one.yaml']
  it.each<[string, Reload]>([
    [
      'one.yaml changed: steps, faults. In force from now; records and clock were kept.',
      { files, changed: ['steps', 'faults'], kept: true, restart: [] },
    ],
    ['one.yaml changed: fixtures. Everything began anew.', { files, changed: ['fixtures'], kept: false, restart: [] }],
    ['one.yaml changed: port. This waits for a restart.', { files, changed: [], kept: true, restart: ['port'] }],
    ['one.yaml can be read again, and says what it said before.', { files, changed: [], kept: true, restart: [] }],
  ])('says: %s', (line, reload) => {
    expect(reloadLine(reload)).toBe(line)
  })
})

describe('Watched files', () => {
  let folder: string
  let watching: Watching | undefined

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ricloud-mock-watch-'))
  })
  afterEach(async () => {
    watching?.close()
    watching = undefined
    await rm(folder, { recursive: true, force: true })
  })

  const write = (name: string, text: string) => writeFile(join(folder, name), text)

  const silent = { error: () => {}, written: async () => {} }

  /** Watches what a command line names, and gives the next thing that is told of it. */
  async function watch(...args: string[]) {
    const line = readLine(args)
    const settings = await readSettings(line, { environment: {}, folder })
    const { scenario, clock } = await serveOptions(settings)
    const mock = createMock({ scenario, clock: clock ?? { frozen: true } })
    const told: (string | Reload)[] = []
    let wake = () => {}
    const tell = (one: string | Reload) => {
      told.push(one)
      wake()
    }
    watching = await watchSources(
      line,
      settings,
      { source: scenario, mock },
      {
        reload: tell,
        error: tell,
        written: async () => {},
      },
    )
    const next = () =>
      bounded(
        new Promise<string | Reload>((resolve) => {
          wake = () => {
            const first = told.shift()
            if (first !== undefined) resolve(first)
          }
          wake()
        }),
        'Nothing was told',
      )
    return { mock, next }
  }

  const userOf = async (mock: { fetch(url: string, init: RequestInit): Promise<Response>; token: string }) => {
    const headers = { authorization: `Token ${mock.token}` }
    return (await mock.fetch('https://any.host/users/1', { headers })).status
  }
  const fails = (status: number) => `scenario: x\nfaults: [{ on: GET /users/*, answer: { status: ${status} } }]`

  it('put steps and faults into force at once, and keep records and clock', async () => {
    await write('x.yaml', fails(503))
    const { mock, next } = await watch('--scenario', join(folder, 'x.yaml'))
    await mock.clock.advance('1h')
    const now = mock.clock.now()
    mock.db.user.update({ where: { id: { equals: 1 } }, data: { identifier: 'kept@example.com' } })
    await write('x.yaml', fails(502))
    expect(await next()).toMatchObject({ changed: ['faults'], kept: true })
    expect([await userOf(mock), mock.clock.now()]).toEqual([502, now])
    expect(mock.db.user.findFirst({ where: { id: { equals: 1 } } })?.identifier).toBe('kept@example.com')
  })

  it('begin everything anew where fixtures change', async () => {
    await write('x.yaml', 'scenario: x\nfixtures: [default, more.json]')
    await write('more.json', '{}')
    const { mock, next } = await watch('--scenario', join(folder, 'x.yaml'))
    await mock.clock.advance('1h')
    const later = mock.clock.now()
    await write('more.json', '{ "users": [] }')
    expect(await next()).toMatchObject({ changed: ['fixtures'], kept: false })
    expect(mock.clock.now() < later).toBe(true)
    await write('more.json', 'no JSON')
    expect(await next()).toMatch(/more\.json: it is not JSON/)
  })

  it('say what is wrong with them, let the old scenario go on, and take over once they are right', async () => {
    await write('x.yaml', fails(503))
    const { mock, next } = await watch('--scenario', join(folder, 'x.yaml'))
    await write('x.yaml', 'scenario: x\nfalts: []')
    expect(await next()).toMatch(
      /2:1 falts: is unknown; .*Did you mean "faults"\?\nWhat was in force before goes on\.$/,
    )
    expect(await userOf(mock)).toBe(503)
    await write('x.yaml', fails(503))
    expect(await next()).toMatchObject({ changed: [], restart: [] })
    await write('x.yaml', fails(504))
    expect(await next()).toMatchObject({ changed: ['faults'] })
    expect(await userOf(mock)).toBe(504)
  })

  it('may be replaced by another file of the same name', async () => {
    await write('x.yaml', fails(503))
    const { mock, next } = await watch('--scenario', join(folder, 'x.yaml'))
    await write('new.yaml', fails(502))
    await rename(join(folder, 'new.yaml'), join(folder, 'x.yaml'))
    expect(await next()).toMatchObject({ changed: ['faults'] })
    expect(await userOf(mock)).toBe(502)
  })

  it('may be modules', async () => {
    const module = (status: number) =>
      `export default { scenario: 'x', faults: [{ on: 'GET /users/*', answer: { status: ${status} } }] }`
    await write('x.mjs', module(503))
    const { mock, next } = await watch('--scenario', join(folder, 'x.mjs'))
    await write('x.mjs', module(502))
    expect(await next()).toMatchObject({ changed: ['faults'] })
    expect(await userOf(mock)).toBe(502)
  })

  it('are the config file too: its scenario is taken over, the rest waits for a restart', async () => {
    await write('x.yaml', fails(503))
    await write('ricloud-mock.config.yaml', 'scenario: x.yaml\nport: 7000')
    const { mock, next } = await watch()
    expect(await userOf(mock)).toBe(503)
    await write('ricloud-mock.config.yaml', 'scenario: empty\nport: 7001')
    expect(await next()).toMatchObject({ restart: ['port'] })
    expect(await next()).toMatchObject({ changed: expect.arrayContaining(['scenario']), kept: false })
    expect(mock.scenario.name).toBe('empty')
  })

  it('are none where the scenario is built in and there is no config file', async () => {
    await watch('--scenario', 'empty')
    expect(watching?.files).toEqual([])
  })

  it('may have changed between the start of the server and that of the watch', async () => {
    await write('x.yaml', fails(503))
    const line = readLine(['--scenario', join(folder, 'x.yaml')])
    const settings = await readSettings(line, { environment: {}, folder })
    const { scenario } = await serveOptions(settings)
    const mock = createMock({ scenario })
    await write('x.yaml', fails(502))
    watching = await watchSources(line, settings, { source: scenario, mock }, silent)
    expect(await userOf(mock)).toBe(502)
  })
})
