import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { scenarios } from '../../scenarios/index.ts'
import { run } from '../cli/run.ts'
import { makeFolder, program } from '../doors/bundled.ts'
import { killChildren, startCommand } from '../doors/child.ts'

afterAll(killChildren)

const folder = makeFolder()
let files = 0

/** Writes a scenario into a file of its own, and gives its path. */
async function write(text: string, ending = 'yaml'): Promise<string> {
  const path = join(folder, `scenario-${++files}.${ending}`)
  await writeFile(path, text)
  return path
}

/** What validating a scenario prints; its first line apart. */
async function timelineOf(text: string): Promise<string> {
  const path = await write(text)
  const { code, out, err } = await run('validate', path)
  const [first, ...lines] = out.split('\n')
  expect({ code, err, first }).toEqual({ code: 0, err: '', first: `${path}: the scenario "x" can be loaded` })
  return lines.join('\n').trimEnd()
}

describe('validate', () => {
  it('prints the timeline of what happens by itself, the steps that wait, and the faults', async () => {
    const text = `scenario: x
steps:
  - { at: 30m, do: key.rotate, where: { id: 1 } }
  - { at: 1h, do: user.reactivate, where: { id: 3 } }
  - { at: 14d, do: key.expire, where: { type: trial } }
  - { on: session.active, where: { source.identifier: renate@example.com }, nth: 1, after: 24h, do: session.expire }
  - { on: POST /users, every: 2, do: key.rotate }
faults:
  - { on: GET /sources/*, first: 2, answer: { status: 503 } }
  - { on: "* /users", probability: 0.25, between: [1h, 2h], delay: 2s, close: truncated }`
    expect(await timelineOf(text)).toBe(`Happens as time passes:
  +30m      key.rotated              key 1
  +1h       user.reactivated         user 3
  +6h30m    key.token_revoked        key 1
  +14d      key.expired              key 2
Waits for an event or a call:
  24h after session.active (occasion 1) where source.identifier = renate@example.com: session.expire
  on POST /users (every 2): key.rotate
Faults:
  GET /sources/*, first 2: status 503
  * /users, 25%, from 1h to 2h: delay 2s, close truncated`)
  })

  it('prints the accounts with what they do, and no password or code', async () => {
    const text = `scenario: x
accounts:
  - { identifier: a@example.com, password: hush, code: "hush", outcomes: [success, init_failed], init: 30s }
  - { identifier: "*@corp.example", init: never, lifetime: 24h, locked: 1h, password_changes: 5h59m }
  - { type: rirelay.instance, identifier: "*", locked: true, devices: [] }
  - { identifier: c@example.com, failing: { whatsapp.*: publish-failed }, task_duration: 30s, volume: 7 }
  - { identifier: d@example.com, data: { "*": [] }, files: { x: hush }, allows_subscriptions: false }
  - { identifier: b@example.com }`
    expect(await timelineOf(text)).toBe(`Nothing happens as time passes.
Accounts:
  icloud.account a@example.com: password, code, outcomes success, then init_failed, init 30s
  icloud.account *@corp.example: init never, lifetime 24h, locked 1h, password_changes 5h59m
  rirelay.instance *: locked, 0 devices
  icloud.account c@example.com: whatsapp.* fails with publish-failed, task_duration 30s, volume 7
  icloud.account d@example.com: data *, files x, no subscriptions
  icloud.account b@example.com`)
  })

  it('fails on accounts that an earlier one hides', async () => {
    const path = await write(`scenario: x
accounts:
  - { identifier: "*@corp.example" }
  - { identifier: a@corp.example }
  - { identifier: "a*b@corp.example" }
  - { type: rirelay.instance, identifier: a@corp.example }
  - { identifier: a@example.com }
  - { identifier: "*@example.com" }
  - { identifier: a@example.com }`)
    const { code, err } = await run('validate', path)
    const hidden = (name: string, by: string) =>
      `${path} fails: ${name} is never used: ${by} comes before it, and matches all that it matches.`
    expect({ code, problems: err.trimEnd().split('\n') }).toEqual({
      code: 1,
      problems: [
        hidden('accounts[1] (a@corp.example)', 'accounts[0] (*@corp.example)'),
        hidden('accounts[2] (a*b@corp.example)', 'accounts[0] (*@corp.example)'),
        hidden('accounts[6] (a@example.com)', 'accounts[4] (a@example.com)'),
      ],
    })
  })

  it('lists problems in the order of the file, those without a line last', async () => {
    const path = await write(`scenario: x
steps:
  - { do: user.blok, at: 1 }
nope: 1
accounts:
  - { identifier: 3 }
faults:
  - { on: GET /usrs }
  - on: GET /users
fixtures: [default, { users: [{ id: none }] }]
generate: { users: 1, sources: 0, sessions: 5 }`)
    const { err } = await run('validate', path)
    const places = Array.from(err.matchAll(/^ {2}(?:(\d+):(\d+) )?/gm), ([, line, column]) =>
      line === undefined ? Infinity : Number(line) * 1000 + Number(column),
    )
    expect(places.length).toBeGreaterThan(6)
    expect(places).toEqual(places.toSorted((one, other) => (one < other ? -1 : Number(one > other))))
  })

  it('lists the problems of fixtures and counts beside those of the scenario', async () => {
    const path = await write(`scenario: x
stps: []
fixtures: [default, { users: [{ id: none }] }]
generate: { users: 1, sources: 0, sessions: 5 }`)
    const { code, err } = await run('validate', path)
    expect(code).toBe(1)
    expect(err).toMatch(/\n {2}2:1 stps: is unknown\. /)
    expect(err).toMatch(/users\[0\]\.id: /)
    expect(err).toMatch(/\n {2}.*sessions at least one source/)
    expect(err.match(/Failed to read/g)).toHaveLength(1)
  })

  it('lists the problems of fixtures where the scenario has no others', async () => {
    const path = await write('scenario: x\nfixtures: [empty, { users: [{ id: none }] }]')
    const { code, out, err } = await run('validate', path)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(new RegExp(`^Failed to read the scenario ${path}: `))
  })

  it.each([
    ['yaml', ''],
    ['yaml', '# nothing yet\n'],
    ['json', ' \n'],
  ])('says of an empty file that it is empty: .%s with %j', async (ending, text) => {
    const path = await write(text, ending)
    expect(await run('validate', path)).toEqual({
      code: 1,
      out: '',
      err: `Failed to read the scenario ${path}: 1 problem\n  it is empty; a scenario has at least a name: scenario: x\n`,
    })
  })

  it('says in terms of JSON what is wrong in a JSON file', async () => {
    const path = await write('{ "scenario": "x",\n  "steps": [], }', 'json')
    const { code, err } = await run('validate', path)
    expect({ code, err }).toEqual({
      code: 1,
      err: `Failed to read the scenario ${path}: 1 problem\n  2:16 it is not JSON: there is a comma before it\n`,
    })
  })

  it('says of a scenario in which nothing happens that nothing does', async () => {
    expect(await timelineOf('scenario: x')).toBe('Nothing happens as time passes.')
  })

  it('prints what one step sets off', async () => {
    const text = `scenario: x
steps:
  - { at: 1h, do: user.block, where: { id: 1 } }
  - { on: user.blocked, after: 30m, do: user.reactivate }`
    expect(await timelineOf(text)).toBe(`Happens as time passes:
  +1h       user.blocked             user 1
  +1h30m    user.reactivated         user 1
Waits for an event or a call:
  30m after user.blocked: user.reactivate`)
  })

  it('prints what happens at the very beginning', async () => {
    const text = 'scenario: x\nsteps: [{ at: 0s, do: user.block, where: { id: 1 } }]'
    expect(await timelineOf(text)).toBe(`Happens as time passes:
  +0s       user.blocked             user 1`)
  })

  it('prints faults that steps arm', async () => {
    const text = 'scenario: x\nsteps: [{ at: 1h, do: fault.arm, with: { on: GET /users, delay: 2s } }]'
    expect(await timelineOf(text)).toBe(`Happens as time passes:
  +1h       fault.arm                step 1
Faults:
  GET /users: delay 2s`)
  })

  it('fails on what goes wrong, and says what on stderr', async () => {
    const path = await write(`scenario: x
clock: { start: 2021-01-01T00:00:00Z }
steps: [{ at: 2h, do: user.reactivate, where: { id: 1 } }]`)
    const { code, err } = await run('validate', path)
    expect({ code, err }).toEqual({
      code: 1,
      err: `${path} fails: step 1 (at 2h where id = 1: user.reactivate): user 1 is active: "user.reactivate" is not possible in that state.\n`,
    })
  })

  it('prints a hundred lines of what never ends', async () => {
    const text = 'scenario: x\nsteps: [{ at: 1h, every: 1h, do: key.rotate, where: { id: 1 }, with: { force: true } }]'
    const lines = (await timelineOf(text)).split('\n')
    expect([lines.length, lines[1], lines.at(-2), lines.at(-1)]).toEqual([
      102,
      '  +1h       key.rotated              key 1',
      '  +100h     key.rotated              key 1',
      '  and so on',
    ])
  })

  it('reads JSON and modules too', async () => {
    const paths = [await write('{ "scenario": "x" }', 'json'), await write('export default { scenario: "x" }', 'mjs')]
    const { code, out } = await run('validate', ...paths)
    expect({ code, loaded: out.match(/the scenario "x" can be loaded/g) }).toMatchObject({ code: 0, loaded: [{}, {}] })
  })

  it('prints the problems of a file on stderr and exits with 1', async () => {
    const path = await write('scenario: x\nsteps:\n  - { at: 1h, do: user.blok }')
    const { code, out, err } = await run('validate', path)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(
      new RegExp(
        `^Failed to read the scenario ${path}: 1 problem\n  3:\\d+ steps\\[0\\]\\.do: .*"user\\.block"\\? .*\n$`,
      ),
    )
  })

  it('checks all files, also after one that is wrong', async () => {
    const [wrong, right] = [await write('scenari: x'), await write('scenario: x')]
    const { code, out, err } = await run('validate', wrong, right)
    expect(code).toBe(1)
    expect(out).toContain(`${right}: the scenario "x" can be loaded`)
    expect(err).toContain(wrong)
  })

  it('names the file of which a fixture is unknown, with the nearest one', async () => {
    const path = await write('scenario: x\nfixtures: [defalut]')
    const { code, err } = await run('validate', path)
    expect(code).toBe(1)
    expect(err).toContain(path)
    expect(err).toContain('Did you mean "default"?')
  })

  it('names the file whose fixture has records that cannot be', async () => {
    const path = await write('scenario: x\nfixtures: [{ users: [{ id: none }] }]')
    const { code, err } = await run('validate', path)
    expect(code).toBe(1)
    expect(err).toContain(path)
  })

  it('ends on steps that set each other off without end', async () => {
    const rotates = '{ on: key.rotated, do: key.rotate }'
    const path = await write(
      `scenario: x\nsteps: [${rotates}, ${rotates}, { at: 1h, do: key.rotate, where: { id: 1 } }]`,
    )
    // In a process of its own: were they not stopped, they would never give the test back.
    const { code, err } = await startCommand(['validate', path], program).ended()
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(`${path} fails: `) })
  })

  it('says of a missing file that it is missing', async () => {
    const path = join(folder, 'missing.yaml')
    expect(await run('validate', path)).toEqual({
      code: 1,
      out: '',
      err: `Failed to read the scenario ${path}: 1 problem\n  there is no such file\n`,
    })
  })

  it('needs a file', async () => {
    expect(await run('validate')).toEqual({
      code: 1,
      out: '',
      err: 'ricloud-mock: validate needs at least one file.\n',
    })
  })
})

describe('scenarios', () => {
  it('lists every built-in scenario with what it is for', async () => {
    const { code, out, err } = await run('scenarios')
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/))
    expect({ code, err, lines }).toEqual({
      code: 0,
      err: '',
      lines: Object.entries(scenarios).map(([name, { description }]) => [name, description]),
    })
  })

  it('show prints one as YAML', async () => {
    expect(await run('scenarios', 'show', 'rotation-grace')).toEqual({
      code: 0,
      err: '',
      out: `scenario: rotation-grace
description: A key is rotated; its old token works for six more hours, and then stops.
clock:
  start: 2020-02-20T12:00:00Z
  frozen: true
steps:
  - at: 30m
    do: key.rotate
    where:
      id: 1
`,
    })
  })

  it.each([
    [
      'a wrong name, with the nearest one',
      ['show', 'rotation-grase'],
      /No scenario is called "rotation-grase"\. Did you mean "rotation-grace"\? There are "default", /,
    ],
    ['a name that every object has', ['show', 'constructor'], /No scenario is called "constructor"/],
    ['no name', ['show'], /"show" and a name/],
    ['two names', ['show', 'default', 'empty'], /"show" and a name/],
    ['an unknown word', ['list'], /"show" and a name/],
  ])('refuses %s', async (_, args, pattern) => {
    const { code, out, err } = await run('scenarios', ...args)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(/^ricloud-mock: \S[^\n]*\n$/)
    expect(err).toMatch(pattern)
  })
})

/** Starts a server, and gives what it printed once it was ready. */
async function start(...args: string[]) {
  const child = startCommand(['--port', '0', '--json', ...args], program)
  const { url, token } = JSON.parse(await child.line('out')) as { url: string; token: string }
  const stateOfUser = async () => {
    const response = await fetch(`${url}/users/1`, { headers: { authorization: `Token ${token}` } })
    return ((await response.json()) as { state: string }).state
  }
  const advance = async (by: string) => {
    await (await fetch(`${url}/_mock/clock`, { method: 'POST', body: JSON.stringify({ advance: by }) })).text()
  }
  const stop = () => {
    child.process.kill('SIGTERM')
    return child.ended()
  }
  return { stateOfUser, advance, stop }
}

const blocksAfterAnHour = 'scenario: x\nclock: { frozen: true }\nsteps: [{ at: 1h, do: user.block, where: { id: 1 } }]'

describe('--scenario', () => {
  it('plays a built-in one by its name', async () => {
    const server = await start('--scenario', 'admin-block')
    await server.advance('1h')
    expect(await server.stateOfUser()).toBe('blocked')
    await server.stop()
  })

  it.each([
    ['yaml', blocksAfterAnHour],
    ['json', '{ "scenario": "x", "steps": [{ "at": "1h", "do": "user.block", "where": { "id": 1 } }] }'],
    ['mjs', 'export default { scenario: "x", steps: [{ at: "1h", do: "user.block", where: { id: 1 } }] }'],
  ])('plays a file by its path: %s', async (ending, text) => {
    const server = await start('--scenario', await write(text, ending))
    await server.advance('1h')
    expect(await server.stateOfUser()).toBe('blocked')
    await server.stop()
  })

  it('goes with the word start', async () => {
    const server = await start('start', '--scenario', 'default')
    expect(await server.stateOfUser()).toBe('active')
    await server.stop()
  })

  it.each([
    [
      'a wrong name, with the nearest one',
      'admin-blok',
      /no scenario is called "admin-blok"\. Did you mean "admin-block"\? There are "default", .*\n$/,
    ],
    ['a name that every object has', 'constructor', /no scenario is called "constructor"/],
    [
      'a path of nothing',
      './missing.yaml',
      /Failed to read the scenario \.\/missing\.yaml: 1 problem\n {2}there is no such file\n$/,
    ],
    ['a path with a wrong ending', './scenario.txt', /must end in one of \.yaml/],
  ])('refuses %s', async (_, name, pattern) => {
    const { code, out, err } = await run('--port', '0', '--scenario', name)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(/^ricloud-mock: /)
    expect(err).toMatch(pattern)
  })

  it('refuses a file with problems, and lists them', async () => {
    const path = await write('scenario: x\nstps: []\nsteps: [{ at: soon, do: user.block }]')
    const { code, err } = await run('--port', '0', '--scenario', path)
    expect(code).toBe(1)
    expect(err).toMatch(/: 2 problems\n {2}\d:\d+ \S+: .*\n {2}\d:\d+ \S+: .*\n$/)
  })
})

describe('--strict', () => {
  it('exits with 2 and the list of what never fired on stderr', async () => {
    const { stop } = await start('--strict', '--scenario', await write(blocksAfterAnHour))
    const { code, err } = await stop()
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringMatching(
        /^ricloud-mock: The scenario "x" did not run as scripted:\n {2}never fired: step 1: at 1h where id = 1: user\.block \(due at [^ ]+Z, and the clock is at [^ ]+Z\)\nIf not all of it is meant to fire, choose another scenario, or --no-strict\.\n$/,
      ),
    })
  })

  it('exits with 2 where a step could not act', async () => {
    const { stop, advance } = await start(
      '--strict',
      '--scenario',
      await write(blocksAfterAnHour.replace('id: 1', 'id: 3')),
    )
    await advance('1h')
    const { code, err } = await stop()
    expect(code).toBe(2)
    expect(err).toMatch(/\n {2}failed: step 1 .*user 3 is blocked: "user.block" is not possible in that state\.\n$/)
  })

  it('exits with 0 where everything fired', async () => {
    const { stop, advance } = await start('--strict', '--scenario', await write(blocksAfterAnHour))
    await advance('1h')
    expect(await stop()).toMatchObject({ code: 0, err: '' })
  })

  it('lists what never fired also with --quiet', async () => {
    const { stop } = await start('--strict', '--quiet', '--scenario', await write(blocksAfterAnHour))
    expect(await stop()).toMatchObject({ code: 2, err: expect.stringContaining('never fired') })
  })

  it('left out, exits with 0 and lists what never fired all the same', async () => {
    const { stop } = await start('--scenario', await write(blocksAfterAnHour))
    expect(await stop()).toMatchObject({ code: 0, err: '', out: expect.stringContaining('"unfired":["step 1: at 1h') })
  })

  it('left out, with --quiet, exits with 0 and says nothing', async () => {
    const { stop } = await start('--quiet', '--scenario', await write(blocksAfterAnHour))
    expect(await stop()).toMatchObject({ code: 0, err: '' })
  })
})
