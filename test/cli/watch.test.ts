import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseCommandLine } from '../../src/cli/command-line.ts'
import { type Reload, reloadLine } from '../../src/cli/reporter.ts'
import { readSettings, serveOptions } from '../../src/cli/settings.ts'
import { changesOf, type Watching, watchSources } from '../../src/cli/watch.ts'
import { createMock } from '../../src/index.ts'
import type { ScenarioInput } from '../../src/ricloud/scenario-input.ts'
import { bounded } from '../support/wait.ts'

describe('changesOf', () => {
  it('returns the keys that differ, whatever their order', () => {
    const before: ScenarioInput = { scenario: 'x', steps: [{ at: '1h', do: 'key.rotate' }], faults: [] }
    const after: ScenarioInput = { faults: [], steps: [{ do: 'key.rotate', at: '2h' }], scenario: 'x', settings: {} }
    expect(changesOf(before, after)).toEqual(['steps', 'settings'])
    expect(changesOf(before, { ...before, steps: [{ do: 'key.rotate', at: '1h' }] })).toEqual([])
  })

  it('compares built-in scenarios', () => {
    expect(changesOf('default', 'default')).toEqual([])
    expect(changesOf('default', 'rotation-grace')).toContain('scenario')
  })
})

describe('reloadLine', () => {
  const files = ['one.yaml']
  it.each<[string, Reload]>([
    [
      'one.yaml changed: steps, faults. Applied; records and clock were kept.',
      { files, changed: ['steps', 'faults'], kept: true, restart: [] },
    ],
    [
      'one.yaml changed: fixtures. Applied; the mock is in its initial state.',
      { files, changed: ['fixtures'], kept: false, restart: [] },
    ],
    ['one.yaml changed: port. Restart to apply it.', { files, changed: [], kept: true, restart: ['port'] }],
    ['one.yaml can be read again; nothing changed.', { files, changed: [], kept: true, restart: [] }],
  ])('says: %s', (line, reload) => {
    expect(reloadLine(reload)).toBe(line)
  })
})

describe('watchSources', () => {
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

  const silent = { error: () => {}, flush: async () => {} }

  /** Watches the files that a command line names; `next` resolves to the next report. */
  async function watch(...args: string[]) {
    const line = parseCommandLine(args)
    const settings = await readSettings(line, { environment: {}, folder })
    const { scenario, clock } = await serveOptions(settings)
    const mock = createMock({ scenario, clock: clock ?? { frozen: true } })
    const reports: (string | Reload)[] = []
    let wake = () => {}
    const report = (one: string | Reload) => {
      reports.push(one)
      wake()
    }
    watching = await watchSources(line, settings, scenario, mock, {
      reloaded: report,
      error: report,
      flush: async () => {},
    })
    const next = () =>
      bounded(
        new Promise<string | Reload>((resolve) => {
          wake = () => {
            const first = reports.shift()
            if (first !== undefined) resolve(first)
          }
          wake()
        }),
        'Nothing was reported',
      )
    return { mock, next }
  }

  const userOf = async (mock: { fetch(url: string, init: RequestInit): Promise<Response>; token: string }) => {
    const headers = { authorization: `Token ${mock.token}` }
    return (await mock.fetch('https://any.host/users/1', { headers })).status
  }
  const fails = (status: number) => `scenario: x\nfaults: [{ on: GET /users/*, answer: { status: ${status} } }]`

  it('applies changed faults at once, and keeps records and clock', async () => {
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

  it('resets the mock to the initial state where fixtures change', async () => {
    await write('x.yaml', 'scenario: x\nfixtures: [default, more.json]')
    await write('more.json', '{}')
    const { mock, next } = await watch('--scenario', join(folder, 'x.yaml'))
    await mock.clock.advance('1h')
    const later = mock.clock.now()
    await write('more.json', '{ "users": [] }')
    expect(await next()).toMatchObject({ changed: ['fixtures'], kept: false })
    expect(mock.clock.now() < later).toBe(true)
    await write('more.json', 'no JSON')
    expect(await next()).toMatch(/more\.json: 1:2 it is not JSON/)
  })

  it('reports an invalid file, keeps the previous scenario, and applies the file once it is valid', async () => {
    await write('x.yaml', fails(503))
    const { mock, next } = await watch('--scenario', join(folder, 'x.yaml'))
    await write('x.yaml', 'scenario: x\nfalts: []')
    expect(await next()).toMatch(/2:1 falts: is unknown\. Did you mean "faults"\? .*\nThe previous scenario stays\.$/)
    expect(await userOf(mock)).toBe(503)
    await write('x.yaml', fails(503))
    expect(await next()).toMatchObject({ changed: [], restart: [] })
    await write('x.yaml', fails(504))
    expect(await next()).toMatchObject({ changed: ['faults'] })
    expect(await userOf(mock)).toBe(504)
  })

  it('notices a file that is replaced by renaming another', async () => {
    await write('x.yaml', fails(503))
    const { mock, next } = await watch('--scenario', join(folder, 'x.yaml'))
    await write('new.yaml', fails(502))
    await rename(join(folder, 'new.yaml'), join(folder, 'x.yaml'))
    expect(await next()).toMatchObject({ changed: ['faults'] })
    expect(await userOf(mock)).toBe(502)
  })

  /** Makes a folder with the scenario. */
  const makeVersion = async (name: string, status: number) => {
    await mkdir(join(folder, name), { recursive: true })
    await write(join(name, 'x.yaml'), fails(status))
  }
  /** Lets a link lead elsewhere in one step, as `ln -sfn` and mounted config maps do. */
  const point = async (name: string, target: string) => {
    await symlink(target, join(folder, `${name}.new`))
    await rename(join(folder, `${name}.new`), join(folder, name))
  }

  /** How the file that a path leads to changes: what is there at first, the path, and the change. */
  const routes: readonly (readonly [
    what: string,
    set: () => Promise<void>,
    path: string,
    change: () => Promise<void>,
  ])[] = [
    [
      'behind a link',
      async () => {
        await makeVersion('real', 503)
        await point('x.yaml', 'real/x.yaml')
      },
      'x.yaml',
      () => write('real/x.yaml', fails(502)),
    ],
    [
      'behind a chain of links',
      async () => {
        await makeVersion('real', 503)
        await point('folder', 'real')
        await point('x.yaml', 'folder/x.yaml')
      },
      'x.yaml',
      () => write('real/x.yaml', fails(502)),
    ],
    [
      'whose link leads elsewhere',
      async () => {
        await Promise.all([makeVersion('one', 503), makeVersion('two', 502)])
        await point('x.yaml', 'one/x.yaml')
      },
      'x.yaml',
      () => point('x.yaml', 'two/x.yaml'),
    ],
    [
      'in a mounted config map, whose folder ..data is replaced',
      async () => {
        await makeVersion('..one', 503)
        await point('..data', '..one')
        await point('x.yaml', '..data/x.yaml')
      },
      'x.yaml',
      async () => {
        await makeVersion('..two', 502)
        await point('..data', '..two')
        await rm(join(folder, '..one'), { recursive: true })
      },
    ],
    [
      'whose folder is removed and made again',
      () => makeVersion('one', 503),
      'one/x.yaml',
      async () => {
        await rm(join(folder, 'one'), { recursive: true })
        await makeVersion('one', 502)
      },
    ],
    [
      'whose folder of folders is replaced by another',
      async () => {
        await Promise.all([makeVersion('one/deep', 503), makeVersion('two/deep', 502)])
      },
      'one/deep/x.yaml',
      async () => {
        await rename(join(folder, 'one'), join(folder, 'old'))
        await rename(join(folder, 'two'), join(folder, 'one'))
      },
    ],
  ]
  it.each(routes)('notices a change of a file %s', async (_, set, path, change) => {
    await set()
    const { mock, next } = await watch('--scenario', join(folder, path))
    expect(await userOf(mock)).toBe(503)
    await change()
    expect(await next()).toMatchObject({ changed: ['faults'] })
    expect(await userOf(mock)).toBe(502)
  })

  it('reports a folder that is removed, and applies what is in it once it is made again', async () => {
    await makeVersion('one', 503)
    const { mock, next } = await watch('--scenario', join(folder, 'one/x.yaml'))
    await rm(join(folder, 'one'), { recursive: true })
    expect(await next()).toMatch(/there is no such file\nThe previous scenario stays\.$/)
    expect(await userOf(mock)).toBe(503)
    await makeVersion('one', 502)
    expect(await next()).toMatchObject({ changed: ['faults'] })
    expect(await userOf(mock)).toBe(502)
  })

  it('reads changed modules', async () => {
    const module = (status: number) =>
      `export default { scenario: 'x', faults: [{ on: 'GET /users/*', answer: { status: ${status} } }] }`
    await write('x.mjs', module(503))
    const { mock, next } = await watch('--scenario', join(folder, 'x.mjs'))
    await write('x.mjs', module(502))
    expect(await next()).toMatchObject({ changed: ['faults'] })
    expect(await userOf(mock)).toBe(502)
  })

  it('applies the scenario of a changed config file, and reports settings that need a restart', async () => {
    await write('x.yaml', fails(503))
    await write('ricloud-mock.config.yaml', 'scenario: x.yaml\nport: 7000')
    const { mock, next } = await watch()
    expect(await userOf(mock)).toBe(503)
    await write('ricloud-mock.config.yaml', 'scenario: empty\nport: 7001')
    expect(await next()).toMatchObject({ restart: ['port'] })
    expect(await next()).toMatchObject({ changed: expect.arrayContaining(['scenario']), kept: false })
    expect(mock.scenario.name).toBe('empty')
  })

  it('watches no file where the scenario is built in and there is no config file', async () => {
    await watch('--scenario', 'empty')
    expect(watching?.files).toEqual([])
  })

  it('applies a change between the start of the server and that of the watch', async () => {
    await write('x.yaml', fails(503))
    const line = parseCommandLine(['--scenario', join(folder, 'x.yaml')])
    const settings = await readSettings(line, { environment: {}, folder })
    const { scenario } = await serveOptions(settings)
    const mock = createMock({ scenario })
    await write('x.yaml', fails(502))
    watching = await watchSources(line, settings, scenario, mock, silent)
    expect(await userOf(mock)).toBe(502)
  })
})
