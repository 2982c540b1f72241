import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMock, defineScenario, ScenarioError, type ScenarioInput } from '../../src/index.ts'
import { loadScenario } from '../../src/node.ts'

let folder: string
let files = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ricloud-mock-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Writes a file into a folder of its own, and gives its path. */
async function write(name: string, text: string): Promise<string> {
  const path = join(folder, String(++files), name)
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, text)
  return path
}

/** What loading a path is refused with. */
async function refusalOf(path: string): Promise<ScenarioError> {
  const outcome = await loadScenario(path).catch((error: unknown) => error)
  if (!(outcome instanceof ScenarioError)) throw new Error(`It was not refused as it should be: ${outcome}`)
  return outcome
}

/** The problems of a YAML text. */
async function problemsIn(text: string): Promise<readonly string[]> {
  return (await refusalOf(await write('scenario.yaml', text))).problems
}

const everything = {
  scenario: 'everything',
  description: 'Every key that there is.',
  clock: { start: '2020-02-20T12:00:00Z', frozen: true, speed: 60 },
  settings: {
    session_init: '2s',
    session_lifetime: '24h',
    session_idle: '12h',
    rotation_grace: '6h',
    rate_limit: { requests: 10000, per: '1h' },
  },
  fixtures: ['default', { users: [] }],
  generate: { users: 5, sources: 8, sessions: 20 },
  catalogue: false,
  accounts: [
    {
      type: 'icloud.account',
      identifier: 'renate@example.com',
      password: 'joshua',
      code: '123456',
      outcomes: ['success', 'init_failed'],
      init: '30s',
      lifetime: '24h',
      locked: '1h',
      password_changes: '1h',
    },
    { identifier: '*@corp.example', init: 'never', locked: true },
    {
      type: 'rirelay.instance',
      identifier: '*',
      code: 'A1B2C3',
      devices: [
        {
          identifier: '00008020-001A2D8E0C31002E',
          info: {
            is_encrypted: true,
            apple_model_id: 'iPhone12,3',
            apple_serial: 'F17ZP0ABN70D',
            name: "Renate's iPhone",
            ios_version: '13.3.1',
          },
        },
      ],
    },
  ],
  steps: [
    { at: '30m', every: '1h', times: 3, do: 'key.rotate', where: { id: 1 }, with: { force: true } },
    {
      on: 'session.active',
      where: { 'source.identifier': 'renate@example.com' },
      nth: 1,
      after: '24h',
      do: 'session.expire',
      with: { error: 'service' },
    },
    { on: 'POST /sessions', first: 2, do: 'user.block' },
    { on: '* /users/*', every: 3, times: 1, do: 'fault.arm', with: { on: 'GET /users', delay: '1s' } },
  ],
  faults: [
    { on: 'GET /sources/*', first: 2, answer: { status: 503 } },
    { on: 'GET /users', nth: 1, answer: { status: 429, retry_after: '30s' } },
    { on: '* /sessions', every: 3, delay: '2s' },
    { on: 'POST /sessions', probability: 0.5, between: ['1h', '2h'], close: 'truncated' },
  ],
} as const satisfies ScenarioInput

const everythingAsYaml = `
scenario: everything
description: Every key that there is.
clock: { start: 2020-02-20T12:00:00Z, frozen: true, speed: 60 }
settings:
  session_init: 2s
  session_lifetime: 24h
  session_idle: 12h
  rotation_grace: 6h
  rate_limit: { requests: 10000, per: 1h }
fixtures: [default, { users: [] }]
generate: { users: 5, sources: 8, sessions: 20 }
catalogue: false
accounts:
  - type: icloud.account
    identifier: renate@example.com
    password: joshua
    code: "123456"
    outcomes: [success, init_failed]
    init: 30s
    lifetime: 24h
    locked: 1h
    password_changes: 1h
  - { identifier: "*@corp.example", init: never, locked: true }
  - type: rirelay.instance
    identifier: "*"
    code: A1B2C3
    devices:
      - identifier: 00008020-001A2D8E0C31002E
        info:
          is_encrypted: true
          apple_model_id: iPhone12,3
          apple_serial: F17ZP0ABN70D
          name: Renate's iPhone
          ios_version: 13.3.1
steps:
  - { at: 30m, every: 1h, times: 3, do: key.rotate, where: { id: 1 }, with: { force: true } }
  - on: session.active
    where: { source.identifier: renate@example.com }
    nth: 1
    after: 24h
    do: session.expire
    with: { error: service }
  - { on: POST /sessions, first: 2, do: user.block }
  - { on: "* /users/*", every: 3, times: 1, do: fault.arm, with: { on: GET /users, delay: 1s } }
faults:
  - { on: GET /sources/*, first: 2, answer: { status: 503 } }
  - { on: GET /users, nth: 1, answer: { status: 429, retry_after: 30s } }
  - { on: "* /sessions", every: 3, delay: 2s }
  - { on: POST /sessions, probability: 0.5, between: [1h, 2h], close: truncated }
`

describe('What is accepted', () => {
  it.each([
    ['YAML', 'scenario.yaml', everythingAsYaml],
    ['YAML with its short ending', 'scenario.yml', everythingAsYaml],
    ['an ending in capitals', 'SCENARIO.YAML', everythingAsYaml],
    ['JSON', 'scenario.json', JSON.stringify(everything, null, 2)],
    ['JSON indented by tabs', 'scenario.json', JSON.stringify(everything, null, '\t')],
    ['JSON on one line', 'scenario.json', JSON.stringify(everything)],
    ['a module', 'scenario.mjs', `export default ${JSON.stringify(everything)}`],
    [
      'a typed module',
      'scenario.ts',
      `const s: { scenario: string } = ${JSON.stringify(everything)}\nexport default s`,
    ],
  ])('%s may have every key', async (_, name, text) => {
    expect(await loadScenario(await write(name, text))).toEqual(everything)
  })

  it('what was loaded can be played', async () => {
    const mock = createMock({ scenario: await loadScenario(await write('scenario.yaml', everythingAsYaml)) })
    await mock.ready
    expect([mock.scenario.name, mock.scenario.description]).toEqual(['everything', 'Every key that there is.'])
  })

  it('an object is the same to a mock as a file', () => {
    expect(createMock({ scenario: everything }).scenario.report().steps).toHaveLength(4)
  })

  it('a name is all that a scenario needs', async () => {
    expect(await loadScenario(await write('scenario.yaml', 'scenario: x'))).toEqual({ scenario: 'x' })
  })

  it('settings may be null where it means never', async () => {
    const settings = { session_lifetime: null, session_idle: null, rate_limit: null }
    const path = await write('scenario.json', JSON.stringify({ scenario: 'x', settings }))
    expect(await loadScenario(path)).toEqual({ scenario: 'x', settings })
  })

  it('a relative path is read from the working directory', async () => {
    const path = join('test', 'scenario', 'no-such-scenario.yaml')
    expect((await refusalOf(path)).message).toContain(path)
  })
})

/** What is wrong in a scenario: the YAML, the place of the problem, what is allowed, and the nearest valid word. */
const unknownThings: [string, string, RegExp, string, string][] = [
  ['key', 'scenario: x\nstps: []', /^2:\d+ stps: /, 'scenario, description, clock, settings', 'steps'],
  ['key of the clock', 'scenario: x\nclock:\n  strat: 1', /^3:\d+ clock\.strat: /, 'start, frozen, speed', 'start'],
  [
    'setting',
    'scenario: x\nsettings:\n  session_int: 2s',
    /^3:\d+ settings\.session_int: /,
    'session_init, session_lifetime, session_idle, rotation_grace, rate_limit',
    'session_init',
  ],
  [
    'key of a rate limit',
    'scenario: x\nsettings: { rate_limit: { request: 1, per: 1h } }',
    /^2:\d+ settings\.rate_limit\.request: /,
    'requests, per',
    'requests',
  ],
  ['count', 'scenario: x\ngenerate: { user: 1 }', /^2:\d+ generate\.user: /, 'users, sources, sessions', 'users'],
  [
    'key of an account',
    'scenario: x\naccounts:\n  - identifier: a\n    pasword: b',
    /^4:\d+ accounts\[0\]\.pasword: /,
    'type, identifier, password, code, outcomes',
    'password',
  ],
  [
    'type of account',
    'scenario: x\naccounts:\n  - { type: icloud.acount, identifier: a }',
    /^3:13 accounts\[0\]\.type: /,
    '"icloud.account", "rirelay.instance" or "mocks.mock"',
    'icloud.account',
  ],
  [
    'outcome',
    'scenario: x\naccounts: [{ identifier: a, outcomes: [sucess] }]',
    /^2:40 accounts\[0\]\.outcomes\[0\]: /,
    '"success", "init_failed", "code-required"',
    'success',
  ],
  [
    'key of a step',
    'scenario: x\nsteps:\n  - at: 1h\n    doo: user.block\n    do: user.block',
    /^4:\d+ steps\[0\]\.doo: /,
    'do, with',
    'do',
  ],
  [
    'action',
    'scenario: x\nsteps:\n  - at: 1h\n    do: sesion.expire',
    /^4:9 steps\[0\]\.do: /,
    '"fault.arm" or "fault.disarm"',
    'session.expire',
  ],
  [
    'event',
    'scenario: x\nsteps:\n  - on: session.activ\n    do: session.expire',
    /^3:9 steps\[0\]\.on: /,
    '"session.activated", "session.active"',
    'session.active',
  ],
  [
    'call to wait for',
    'scenario: x\nsteps:\n  - on: POST /sesions\n    do: user.block',
    /^3:9 steps\[0\]\.on: /,
    'the API offers',
    'POST /sessions',
  ],
  [
    'detail',
    'scenario: x\nsteps:\n  - at: 1h\n    do: session.expire\n    with: { eror: service }',
    /^5:\d+ steps\[0\]\.with/,
    'Known here: error',
    'error',
  ],
  [
    'error to expire with',
    'scenario: x\nsteps:\n  - { at: 1h, do: session.expire, with: { error: servise } }',
    /^3:\d+ steps\[0\]\.with/,
    '"service", "api", "organisation" or "admin"',
    'service',
  ],
  [
    'error to fail with',
    'scenario: x\nsteps:\n  - { at: 1h, do: session.fail, with: { error: code-requird } }',
    /^3:\d+ steps\[0\]\.with/,
    '"init_failed", "code-required"',
    'code-required',
  ],
  [
    'attribute',
    'scenario: x\nsteps:\n  - at: 1h\n    do: session.expire\n    where: { sourc.identifier: a }',
    /^5:\d+ steps\[0\]\.where\.sourc\.identifier: /,
    'id, organisation, key, user, state, error',
    'source.identifier',
  ],
  [
    'state',
    'scenario: x\nsteps:\n  - at: 1h\n    do: session.expire\n    where: { state: activ }',
    /^5:\d+ steps\[0\]\.where\.state: /,
    '"pending", "active", "failed" or "expired"',
    'active',
  ],
  [
    'state of a nested record',
    'scenario: x\nsteps:\n  - at: 1h\n    do: session.expire\n    where: { source.state: lockd }',
    /^5:\d+ steps\[0\]\.where\.source\.state: /,
    '"locked"',
    'locked',
  ],
  [
    'fixture',
    'scenario: x\nfixtures: [default, two-organisation]',
    /^2:21 fixtures\[1\]: /,
    '"default", "empty", "limited", "minimal", "permission-limits", "polls", "super" or "two-organisations"',
    'two-organisations',
  ],
  [
    'key of a fault',
    'scenario: x\nfaults:\n  - on: GET /users\n    dely: 2s',
    /^4:\d+ faults\[0\]\.dely: /,
    'answer, delay, close',
    'delay',
  ],
  [
    'call to strike',
    'scenario: x\nfaults:\n  - { on: GET /user, delay: 2s }',
    /^3:11 faults\[0\]\.on: /,
    'the API offers',
    'GET /users',
  ],
  [
    'close',
    'scenario: x\nfaults:\n  - { on: GET /users, close: trunctated }',
    /^3:\d+ faults\[0\]\.close: /,
    '"reset", "empty" or "truncated"',
    'truncated',
  ],
  [
    'key of an answer',
    'scenario: x\nfaults:\n  - { on: GET /users, answer: { status: 503, retry_aftr: 3s } }',
    /^3:\d+ faults\[0\]\.answer\.retry_aftr: /,
    'status, retry_after',
    'retry_after',
  ],
  [
    'key of an armed fault',
    'scenario: x\nsteps:\n  - { at: 1h, do: fault.arm, with: { on: GET /users, dely: 2s } }',
    /^3:\d+ steps\[0\]\.with/,
    'answer, delay, close',
    'delay',
  ],
]

describe('An unknown word is refused with its place, what is allowed, and the nearest valid word', () => {
  it.each(unknownThings)('%s', async (_, text, place, allowed, near) => {
    const problems = await problemsIn(text)
    const problem = problems.find((one) => place.test(one))
    expect(problem ?? problems).toContain(allowed)
    expect(problem?.toLowerCase()).toContain(`did you mean "${near.toLowerCase()}"?`)
  })
})

/** What cannot be, and what is said of it. */
const wrongThings: [string, string, RegExp][] = [
  [
    'a status that the API never sends',
    'faults: [{ on: GET /users, answer: { status: 418 } }]',
    /status: must be one of 400, 401, 403, 404, 429, 500, 502, 503, 504, got 418/,
  ],
  [
    'an action that a state never allows',
    'steps: [{ on: session.failed, do: session.expire }]',
    /steps\[0\]\.do: .*"session.expire" is not possible for a session that is failed/,
  ],
  [
    'the same by the verb of its event',
    'steps: [{ on: user.blocked, do: user.block }]',
    /"user.block" is not possible for a user that is blocked/,
  ],
  [
    'an action on an expired key',
    'steps: [{ on: key.expired, do: key.reactivate }]',
    /"key.reactivate" is not possible for a key that is expired/,
  ],
  [
    'a new session that is activated by an activated one',
    'steps: [{ on: session.active, do: session.fail }]',
    /"session.fail" is not possible for a session that is active/,
  ],
  ['a step without a time and an occasion', 'steps: [{ do: user.block }]', /steps\[0\]: takes either `at` or `on`/],
  [
    'a step with both',
    'steps: [{ at: 1h, on: user.created, do: user.block }]',
    /steps\[0\]: takes either `at` or `on`/,
  ],
  ['a step that does nothing', 'steps: [{ at: 1h }]', /steps\[0\]\.do: is required/],
  [
    'two of nth, first and every',
    'steps: [{ on: user.created, nth: 1, first: 2, do: user.block }]',
    /takes one of nth and first/,
  ],
  ['nth with at', 'steps: [{ at: 1h, nth: 1, do: user.block }]', /steps\[0\]\.nth: goes with `on`/],
  ['first with at', 'steps: [{ at: 1h, first: 1, do: user.block }]', /steps\[0\]\.first: goes with `on`/],
  ['after with at', 'steps: [{ at: 1h, after: 1h, do: user.block }]', /steps\[0\]\.after: goes with `on`/],
  [
    'a number of times every with at',
    'steps: [{ at: 1h, every: 2, do: user.block }]',
    /steps\[0\]\.every: must be a whole number with `on`, or a duration with `at`/,
  ],
  [
    'a length of time every with on',
    'steps: [{ on: user.created, every: 2h, do: user.block }]',
    /steps\[0\]\.every: must be/,
  ],
  [
    'an event that leads to no such record',
    'steps: [{ on: user.created, do: session.expire }]',
    /steps\[0\]\.do: .*no session/,
  ],
  [
    'times with at, without every',
    'steps: [{ at: 1h, times: 2, do: user.block }]',
    /steps\[0\]\.times: goes with `every`/,
  ],
  ['an occasion without end at one instant', 'steps: [{ at: 1h, every: 0s, do: key.rotate }]', /steps\[0\]\.every: /],
  ['nth 0', 'steps: [{ on: user.created, nth: 0, do: user.block }]', /steps\[0\]\.nth: must be at least 1/],
  [
    'times 1.5',
    'steps: [{ on: user.created, times: 1.5, do: user.block }]',
    /steps\[0\]\.times: must be a whole number/,
  ],
  [
    'a value that is a list',
    'steps: [{ at: 1h, do: user.block, where: { id: [1] } }]',
    /steps\[0\]\.where\.id: must be text, a number, true, false or null/,
  ],
  [
    'an attribute of another resource',
    'steps: [{ at: 1h, do: user.block, where: { type: trial } }]',
    /where\.type: is no attribute of user; it has id, organisation, key, identifier, state, date_created/,
  ],
  [
    'an attribute of the action where the event is judged',
    'steps: [{ on: session.active, where: { token: a }, do: key.rotate }]',
    /where\.token: is no attribute of session/,
  ],
  [
    'an attribute of the call where the action is judged',
    'steps: [{ on: POST /sessions, where: { source.identifier: a }, do: user.block }]',
    /is no attribute of user/,
  ],
  [
    'where for faults, which have no attributes',
    'steps: [{ at: 1h, do: fault.disarm, where: { id: 1 } }]',
    /steps\[0\]\.where/,
  ],
  [
    'a fault that is not said to do anything',
    'faults: [{ on: GET /users }]',
    /faults\[0\]\.answer: is missing: a fault does nothing without answer, delay or close/,
  ],
  [
    'a fault that answers and closes',
    'faults: [{ on: GET /users, answer: { status: 503 }, close: reset }]',
    /faults\[0\]: takes answer or close, not both/,
  ],
  [
    'a fault that is for two of nth, first and every',
    'faults: [{ on: GET /users, nth: 1, every: 2, delay: 1s }]',
    /takes one of nth and every/,
  ],
  [
    'a window that ends before it begins',
    'faults: [{ on: GET /users, between: [2h, 1h], delay: 1s }]',
    /faults\[0\]\.between: must begin before it ends/,
  ],
  [
    'a window of one time',
    'faults: [{ on: GET /users, between: [2h], delay: 1s }]',
    /faults\[0\]\.between: must be two durations/,
  ],
  ['a probability above 1', 'faults: [{ on: GET /users, probability: 2, delay: 1s }]', /faults\[0\]\.probability: .*1/],
  [
    'a method that the API does not have',
    'faults: [{ on: PUT /users, delay: 1s }]',
    /faults\[0\]\.on: must be a method \(GET, POST, DELETE or \*\) and a path/,
  ],
  [
    'a method that the path does not offer',
    'faults: [{ on: DELETE /users, delay: 1s }]',
    /faults\[0\]\.on: names no call that the API offers, got "DELETE \/users"/,
  ],
  ['a call without a path', 'faults: [{ on: GET, delay: 1s }]', /faults\[0\]\.on: must be a method/],
  [
    'a start without a zone',
    'clock: { start: 2020-02-20T12:00:00 }',
    /clock\.start: "2020-02-20T12:00:00" is not an instant/,
  ],
  ['a speed of nothing', 'clock: { speed: 0 }', /clock\.speed: must be above 0/],
  ['a list of accounts that is none', 'accounts: nobody', /accounts: /],
  ['an empty list of outcomes', 'accounts: [{ identifier: a, outcomes: [] }]', /accounts\[0\]\.outcomes: /],
  [
    'an account without an identifier',
    'accounts: [{ type: icloud.account }]',
    /accounts\[0\]\.identifier: is required/,
  ],
  ['a number for a code', 'accounts: [{ identifier: a, code: 123456 }]', /accounts\[0\]\.code: must be a string/],
  ['a negative count', 'generate: { users: -1 }', /generate\.users: /],
]

describe('What cannot be is refused with its place and the reason', () => {
  it.each(wrongThings)('%s', async (_, text, pattern) => {
    const problems = await problemsIn(`scenario: x\n${text}`)
    expect(problems.join('\n')).toMatch(pattern)
    expect(problems.every((problem) => /^2:\d+ /.test(problem))).toBe(true)
  })

  it.each(['6 hrs', '6hrs', '6 hours', 'soon', '6', '30m1h', '1e3s'])('The duration "%s"', async (duration) => {
    const [problem] = await problemsIn(`scenario: x\nsteps:\n  - { at: "${duration}", do: user.block }`)
    expect(problem).toMatch(
      /^3:\d+ steps\[0\]\.at: "[^"]+" is not a duration: write a number and a unit \(ms, s, m, h, d\)/,
    )
  })

  const negative = /durations are not negative, because time only moves forward \(snapshots and rewind go back\)/
  const sinceStart = /counts from the start of the scenario: write a duration/
  it.each<[string, RegExp]>([
    ['steps: [{ at: -5m, do: user.block }]', negative],
    ['steps: [{ at: 1h, every: -5m, do: user.block }]', negative],
    ['steps: [{ on: user.created, after: "- 5 min", do: user.block }]', negative],
    ['accounts: [{ identifier: a, init: -5s }]', negative],
    ['settings: { rotation_grace: -6h }', negative],
    ['steps: [{ at: 2020-02-20T12:00:00Z, do: user.block }]', sinceStart],
    ['steps: [{ at: 2020-02-20, do: user.block }]', sinceStart],
    ['steps: [{ at: 12:30, do: user.block }]', sinceStart],
    ['faults: [{ on: GET /users, delay: 1s, between: [12:30, 13:30] }]', sinceStart],
    ['steps: [{ at: 1h, every: 0s, do: user.block }]', /every: must be longer than 0s, got "0s"\.$/m],
    ['steps: [{ at: 1h, every: 999999999d, do: user.block }]', /every: is too long/],
  ])('says why a duration cannot be: %s', async (text, pattern) => {
    expect((await problemsIn(`scenario: x\n${text}`)).join('\n')).toMatch(pattern)
  })

  it.each(['"*"', '"* *"', 'GET', '"GET *"'])('says how all calls are named: on %s', async (on) => {
    const problems = await problemsIn(`scenario: x\nfaults: [{ on: ${on}, delay: 1s }]`)
    expect(problems.join('\n')).toContain('"* /*" is every call')
  })

  const places = [
    'settings: { rotation_grace: VALUE }',
    'settings: { rate_limit: { requests: 1, per: VALUE } }',
    'accounts: [{ identifier: a, init: VALUE }]',
    'accounts: [{ identifier: a, locked: VALUE }]',
    'accounts: [{ identifier: a, lifetime: VALUE }]',
    'steps: [{ at: VALUE, do: user.block }]',
    'steps: [{ on: user.created, after: VALUE, do: user.block }]',
    'steps: [{ at: 1h, every: VALUE, do: user.block }]',
    'steps: [{ at: 1h, do: source.lock, with: { for: VALUE } }]',
    'faults: [{ on: GET /users, delay: VALUE }]',
    'faults: [{ on: GET /users, between: [1h, VALUE], delay: 1s }]',
    'faults: [{ on: GET /users, answer: { retry_after: VALUE } }]',
  ]
  it.each(places)('The duration that was meant is suggested, and how a number is written: %s', async (place) => {
    const told = async (value: string) => (await problemsIn(`scenario: x\n${place.replace('VALUE', value)}`)).join()
    expect(await told('1 day')).toContain('Did you mean "1d"?')
    // A number of occasions is also an interval of steps.
    if (!place.includes('every')) expect(await told('30')).toContain('30. Did you mean "30s", "30m" or "30h"?')
  })
})

/** The places of problems, without those in the file. */
const placesOf = (problems: readonly string[]) =>
  problems.map((problem) => problem.replace(/^(?:\d+:\d+ )?(\S+): .*$/s, '$1')).sort()

describe('A refusal', () => {
  it('names the file and counts its problems', async () => {
    const path = await write('scenario.yaml', 'scenario: x\nstps: []')
    expect((await refusalOf(path)).message).toMatch(new RegExp(`^Failed to read the scenario ${path}: 1 problem\n  2:`))
  })

  it('lists every problem, whatever else is wrong', async () => {
    const parts: readonly (readonly [yaml: string, place: string])[] = [
      ['stps: []', 'stps'],
      ['__proto__: { a: 1 }', '__proto__'],
      ['clock: { speed: 0 }', 'clock.speed'],
      ['settings: { session_init: soon }', 'settings.session_init'],
      ['fixtures: [missing.json]', 'fixtures[0]'],
      ['generate: { users: -1 }', 'generate.users'],
      ['accounts: [{ identifier: a, init: soon }]', 'accounts[0].init'],
      ['steps: [{ at: 1h, do: user.blok }]', 'steps[0].do'],
      ['faults: [{ on: GET /user, delay: 1s }]', 'faults[0].on'],
    ]
    await fc.assert(
      fc.asyncProperty(fc.subarray([...parts], { minLength: 1 }), async (chosen) => {
        const problems = await problemsIn(['scenario: x', ...chosen.map(([yaml]) => yaml)].join('\n'))
        expect(placesOf(problems)).toEqual(chosen.map(([, place]) => place).sort())
      }),
      { numRuns: 30 },
    )
  })

  it('lists every problem of a step and of a fault, whatever else is wrong with it', async () => {
    const ofSteps: readonly (readonly [part: object, place: string])[] = [
      [{ on: 'sesion.active' }, '.on'],
      [{ do: 'session.expir' }, '.do'],
      [{ where: { id: [1] } }, '.where.id'],
      [{ with: 5 }, '.with'],
      [{ after: 'soon' }, '.after'],
      [{ times: 0 }, '.times'],
      [{ nth: 1, first: 1 }, ''],
      [{ evry: 1 }, '.evry'],
    ]
    const ofFaults: typeof ofSteps = [
      [{ on: 'GET /user' }, '.on'],
      [{ nth: 1, first: 1 }, ''],
      [{ probability: 2 }, '.probability'],
      [{ between: ['2h', '1h'] }, '.between'],
      [{ delay: 'soon' }, '.delay'],
      [{ answer: { status: 418 } }, '.answer.status'],
      [{ dely: '1s' }, '.dely'],
    ]
    const some = (parts: typeof ofSteps) => fc.subarray([...parts], { minLength: 1 })
    await fc.assert(
      fc.asyncProperty(some(ofSteps), some(ofFaults), async (steps, faults) => {
        const merged = (first: object, parts: typeof ofSteps) =>
          Object.assign({ ...first }, ...parts.map(([part]) => part))
        const scenario = {
          scenario: 'x',
          steps: [merged({ on: 'session.active', do: 'session.expire' }, steps)],
          faults: [merged({ on: 'GET /users', delay: '1s' }, faults)],
        }
        const problems = (await refusalOf(await write('scenario.json', JSON.stringify(scenario)))).problems
        const wanted = [
          ...steps.map(([, place]) => `steps[0]${place}`),
          ...faults.map(([, place]) => `faults[0]${place}`),
        ]
        expect(placesOf(problems)).toEqual(wanted.sort())
      }),
    )
  })

  it('lists what is wrong with parts of a step that mean something together, as far as they are valid', async () => {
    const problems = await problemsIn(`scenario: x
steps:
  - { on: session.active, after: soon, do: session.expire, where: { stat: a }, with: { eror: 1 } }
  - { on: session.active, do: session.expir, where: { stat: a } }
  - { at: soon, nth: 1, do: user.block, where: { stat: a, id: [1] } }
faults:
  - { on: GET /users, probability: 2, between: [2h, 1h], delay: soon }`)
    expect(placesOf(problems)).toEqual([
      'faults[0].between',
      'faults[0].delay',
      'faults[0].probability',
      'steps[0].after',
      'steps[0].where.stat',
      'steps[0].with',
      'steps[1].do',
      'steps[1].where.stat',
      'steps[2].at',
      'steps[2].nth',
      'steps[2].where.id',
      'steps[2].where.stat',
    ])
  })

  it('lists all problems at once, each with its line', async () => {
    const problems = await problemsIn(`scenario: x
settings: { session_int: 2s, rotation_grace: soon }
steps:
  - at: 6 hrs
    do: session.expir
  - on: session.failed
    do: session.expire
    where: { stat: active }
    with: { eror: service }
  - on: sessio.active
    do: user.block
    nht: 1
faults:
  - { on: GET /user, close: rest }`)
    expect(problems.map((problem) => problem.replace(/:\d+ (\S+): .*/, ' $1')).sort()).toEqual([
      '10 steps[2].on',
      '12 steps[2].nht',
      '14 faults[0].close',
      '14 faults[0].on',
      '2 settings.rotation_grace',
      '2 settings.session_int',
      '4 steps[0].at',
      '5 steps[0].do',
      '7 steps[1].do',
      '8 steps[1].where.stat',
      '9 steps[1].with',
    ])
  })

  it('has the column of JSON too', async () => {
    const path = await write(
      'scenario.json',
      '{\n  "scenario": "x",\n  "steps": [{ "at": "1h", "do": "user.blok" }]\n}',
    )
    expect((await refusalOf(path)).problems).toEqual([
      expect.stringMatching(/^3:33 steps\[0\]\.do: cannot be "user\.blok"\. Did you mean "user\.block"\? It must be "/),
    ])
  })

  it('of a module has the place in the object', async () => {
    const path = await write('scenario.mjs', 'export default { scenario: "x", steps: [{ at: "1h", do: "user.blok" }] }')
    expect((await refusalOf(path)).problems).toEqual([expect.stringMatching(/^steps\[0\]\.do: .*"user\.block"\? /)])
  })

  it('of an object names the scenario', () => {
    const scenario = { scenario: 'mine', stps: [] } as ScenarioInput
    expect(() => createMock({ scenario })).toThrow(
      /^Failed to read the scenario "mine": 1 problem\n {2}stps: is unknown/,
    )
  })

  it.each([
    ['a number', 5],
    ['a list', []],
    ['null', null],
    ['nothing in it', {}],
  ])('meets a scenario that is %s', (_, scenario) => {
    expect(() => createMock({ scenario: scenario as unknown as ScenarioInput })).toThrow(/^Failed to/)
  })

  it.each([
    ['an empty file', ''],
    ['a text alone', 'scenario'],
    ['a list', '- scenario: x'],
    ['a step that is a list', 'scenario: x\nsteps: [[1]]'],
    ['a fault that is text', 'scenario: x\nfaults: [a]'],
    ['no name', 'steps: []'],
    ['an empty name', 'scenario: ""'],
  ])('meets a file with %s', async (_, text) => {
    expect(await problemsIn(text)).toHaveLength(1)
  })
})

describe('A file that cannot be read is refused by its path:', () => {
  it.each([
    ['one that is missing', 'missing.yaml', /there is no such file/],
    ['a module that is missing', 'missing.mjs', /there is no such file/],
    ['one with a wrong ending', 'scenario.txt', /must end in one of \.yaml, \.yml, \.json, \.ts, \.mts, \.js, \.mjs/],
    ['one without an ending', 'scenario', /must end in one of \.yaml/],
  ])('%s', async (_, name, pattern) => {
    const path = join(folder, name)
    const { message } = await refusalOf(path)
    expect(message).toContain(`Failed to read the scenario ${path}: 1 problem\n`)
    expect(message).toMatch(pattern)
  })

  it.each([
    ['folder.yaml', 'it cannot be read: it is a folder (EISDIR)'],
    ['folder', 'it is a folder; name a file in it that ends in one of .yaml, .yml, .json, .ts, .mts, .js, .mjs'],
  ])('a folder that is called %s', async (name, problem) => {
    const path = join(folder, name)
    await mkdir(path)
    expect(await refusalOf(path)).toMatchObject({
      message: expect.stringContaining(`Failed to read the scenario ${path}: 1 problem\n`),
      problems: [problem],
    })
  })

  it.each([
    ['YAML that is none', 'scenario.yaml', 'scenario: x\nsteps: [', /^2:\d+ /m],
    ['a key that is given twice', 'scenario.yaml', 'scenario: x\nscenario: y', /^2:1 .*unique/m],
    ['two documents', 'scenario.yaml', 'scenario: x\n---\nscenario: y', /^\d:\d+ /m],
    ['JSON that is none', 'scenario.json', '{ "scenario": "x",\n  "steps": [ }', /^2:\d+ /m],
  ])('%s, with line and column', async (_, name, text, place) => {
    const path = await write(name, text)
    const { message, problems } = await refusalOf(path)
    expect(message).toContain(`Failed to read the scenario ${path}: `)
    expect(problems.join('\n')).toMatch(place)
  })

  it.each([
    ['a module without a default export', 'export const scenario = {}', /default export/],
    ['a module that throws', 'throw new Error("out of order")', /out of order/],
    ['a module that is none', 'export default {', /cannot be imported/],
  ])('%s', async (_, text, pattern) => {
    const path = await write('scenario.mjs', text)
    const { message } = await refusalOf(path)
    expect(message).toContain(`Failed to read the scenario ${path}: 1 problem\n`)
    expect(message).toMatch(pattern)
  })
})

describe('Very many problems', () => {
  const patience = 180_000
  const count = 20_000
  const keys = Array.from({ length: count }, (_, i) => `unknown_${i}`)

  it.each([
    ['YAML', 'scenario.yaml', `scenario: x\n${keys.map((key) => `${key}: 1\n`).join('')}`],
    ['JSON', 'scenario.json', JSON.stringify({ scenario: 'x', ...Object.fromEntries(keys.map((key) => [key, 1])) })],
  ])(
    'in %s are found, and the first hundred are described',
    async (_, name, text) => {
      const { problems } = await refusalOf(await write(name, text))
      expect([problems.length, problems[0], problems[99], problems[100]]).toEqual([
        101,
        expect.stringContaining('unknown_0: is unknown'),
        expect.stringContaining('unknown_99: is unknown'),
        `${count - 100} more: have problems too`,
      ])
    },
    patience,
  )

  it(
    'of keys that are given twice are found, in mappings within mappings too',
    async () => {
      const twice = `scenario: x\nsettings:\n${keys.map((key) => `  ${key}: 1\n`).join('')}  unknown_7: 2\n`
      expect(await problemsIn(twice)).toEqual([expect.stringMatching(/^20003:3 .*unique/)])
    },
    patience,
  )

  it(
    'of one value given as an object are found and described alike',
    () => {
      const scenario = { scenario: 'x', ...Object.fromEntries(keys.map((key) => [key, 1])) }
      expect(() => createMock({ scenario })).toThrow(`${count - 100} more: have problems too`)
    },
    patience,
  )
})

describe('Fixtures by path', () => {
  const users = [{ id: 1, resource: 'user' }]

  it.each([
    ['YAML', 'scenario.yaml', 'scenario: x\nfixtures: [default, ./more.json]'],
    ['JSON', 'scenario.json', '{ "scenario": "x", "fixtures": ["default", "more.json"] }'],
    ['a module', 'scenario.mjs', 'export default { scenario: "x", fixtures: ["default", "more.json"] }'],
  ])('are read from beside the file, in %s', async (_, name, text) => {
    const path = await write(name, text)
    await writeFile(join(path, '..', 'more.json'), JSON.stringify({ users }))
    expect(await loadScenario(path)).toEqual({ scenario: 'x', fixtures: ['default', { users }] })
  })

  it('may lie in another folder', async () => {
    const path = await write('scenarios/scenario.yaml', 'scenario: x\nfixtures: [../fixtures/more.json]')
    await mkdir(join(path, '..', '..', 'fixtures'))
    await writeFile(join(path, '..', '..', 'fixtures', 'more.json'), JSON.stringify({ users }))
    expect(await loadScenario(path)).toEqual({ scenario: 'x', fixtures: [{ users }] })
  })

  it('that are missing are refused with the file, the place in it and their path', async () => {
    const path = await write('scenario.yaml', 'scenario: x\nfixtures:\n  - default\n  - missing.json')
    const { message } = await refusalOf(path)
    expect(message).toContain(`Failed to read the scenario ${path}: 1 problem\n  4:5 `)
    expect(message).toMatch(/missing\.json.*no such file/)
  })

  it('that are not JSON are refused with the file, the place in it and their path', async () => {
    const path = await write('scenario.yaml', 'scenario: x\nfixtures:\n  - more.json')
    await writeFile(join(path, '..', 'more.json'), '{ users: }')
    const { message } = await refusalOf(path)
    expect(message).toContain(`Failed to read the scenario ${path}: 1 problem\n  3:5 `)
    expect(message).toMatch(/more\.json.*is not JSON/)
  })

  it('that cannot be loaded are all reported', async () => {
    const problems = await problemsIn('scenario: x\nfixtures: [one.json, two.json]')
    expect(problems.join('\n')).toMatch(/one\.json[\s\S]*two\.json/)
  })

  it('with records that cannot be are refused with their path and the place in them, whatever else is loaded', async () => {
    const path = await write('scenario.yaml', 'scenario: x\nfixtures: [default, more.json]')
    const user = { id: 9, resource: 'user', organisation: 1, key: 7, identifier: 'a', state: 'active' }
    const wrong = { ...user, date_created: '2020-02-20T12:00:00Z' }
    await writeFile(join(path, '..', 'more.json'), JSON.stringify({ users: [wrong] }))
    const scenario = await loadScenario(path)
    expect(() => createMock({ scenario })).toThrow(
      'Failed to load the fixture: more.json: users[0].key: names key 7, which does not exist; existing IDs: 1 and 2',
    )
  })

  it('that are written in the file itself are named by it', async () => {
    const path = await write('scenario.yaml', 'scenario: x\nfixtures: [{ users: [{ id: 0 }] }]')
    const scenario = await loadScenario(path)
    expect(() => createMock({ scenario })).toThrow(`${path}: fixtures[0]: users[0].id: must be above 0, got 0.`)
  })

  it('that are not JSON do not show a token of theirs', async () => {
    const path = await write('scenario.yaml', 'scenario: x\nfixtures: [more.json]')
    await writeFile(join(path, '..', 'more.json'), '{ "keys": [{ "token": "hush-hush" x }] }')
    expect((await refusalOf(path)).message).not.toContain('hush')
  })
})

describe('Secrets never show in a message:', () => {
  it.each([
    ['a password that is no text', 'accounts: [{ identifier: a, password: { hush: 1 } }]'],
    ['a password that is a list', 'accounts: [{ identifier: a, password: [hush] }]'],
    ['a code that is no text', 'accounts: [{ identifier: a, code: [hush] }]'],
    ['an account with a problem elsewhere', 'accounts: [{ identifier: 5, password: hush, code: hush }]'],
    ['accounts that are no list', 'accounts: { identifier: a, password: hush, code: hush }'],
    ['an account in the wrong place', 'settings: { session_init: { identifier: a, password: hush } }'],
    ['a new password that is no text', 'steps: [{ at: 1h, do: account.change_password, with: { password: [hush] } }]'],
    ['details that are a list', 'steps: [{ at: 1h, do: account.change_password, with: [{ password: hush }] }]'],
    ['fixtures that are no list', 'fixtures: { keys: [{ token: hush }] }'],
    ['text after a quoted password', 'accounts:\n  - identifier: a\n    password: "joshua" hush'],
    ['a password with a colon', 'accounts:\n  - identifier: a\n    password: hush: hush'],
    ['a password that begins with @', 'accounts:\n  - identifier: a\n    password: @hush'],
    ['a password that begins with *', 'accounts:\n  - identifier: a\n    password: *hush'],
    ['a password that begins with !', 'accounts:\n  - identifier: a\n    password: !hush'],
    ['a password that begins with |', 'accounts:\n  - identifier: a\n    password: |hush'],
    ['a password with an unknown escape', 'accounts:\n  - identifier: a\n    password: "\\hush"'],
    ['a password that begins with a percent sign', 'accounts:\n  - identifier: a\n    password: %hush'],
  ])('%s', async (_, text) => {
    expect((await problemsIn(`scenario: x\n${text}`)).join('\n')).not.toContain('hush')
  })
})

describe('Names that every object has are as unknown as others:', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']

  it.each(names)('%s as a key', async (name) => {
    expect((await problemsIn(`scenario: x\n${name}: { a: 1 }`)).join('\n')).toMatch(new RegExp(`${name}: is unknown`))
  })

  it.each(names)('%s as a key of a step', async (name) => {
    const problems = await problemsIn(`scenario: x\nsteps: [{ at: 1h, do: user.block, ${name}: 1 }]`)
    expect(problems.join('\n')).toMatch(new RegExp(`${name}: is unknown`))
  })

  it.each(names)('%s as an attribute', async (name) => {
    const problems = await problemsIn(`scenario: x\nsteps: [{ at: 1h, do: user.block, where: { ${name}: 1 } }]`)
    expect(problems.join('\n')).toMatch(new RegExp(`where\\.${name}: is (?:no attribute of user|unknown)`))
  })

  it.each(names)('%s as a detail', async (name) => {
    const problems = await problemsIn(`scenario: x\nsteps: [{ at: 1h, do: key.rotate, with: { ${name}: 1 } }]`)
    expect(problems.join('\n')).toMatch(new RegExp(`${name}: is unknown`))
  })

  it.each(names)('%s as an action', async (name) => {
    expect((await problemsIn(`scenario: x\nsteps: [{ at: 1h, do: ${name} }]`)).join('\n')).toMatch(
      /steps\[0\]\.do: must be/,
    )
  })

  it.each(names)('%s as an event', async (name) => {
    const problems = await problemsIn(`scenario: x\nsteps: [{ on: ${name}, do: user.block }]`)
    expect(problems.join('\n')).toMatch(/steps\[0\]\.on: is no event/)
  })

  it.each(names)('%s as a scenario', (name) => {
    expect(() => createMock({ scenario: name as 'default' })).toThrow(/no scenario is called/)
  })

  it.each(names)('%s as a fixture', (name) => {
    expect(() => createMock({ scenario: { scenario: 'x', fixtures: [name] } })).toThrow(
      /no fixture is called|fixtures\[0\]/,
    )
  })
})

describe('defineScenario', () => {
  it('gives back what it was given', () => {
    expect(defineScenario(everything)).toBe(everything)
  })

  it('types what may be written', () => {
    // @ts-expect-error a name is needed
    defineScenario({ steps: [] })
    // @ts-expect-error unknown key
    defineScenario({ scenario: 'x', stps: [] })
    // @ts-expect-error unknown action
    defineScenario({ scenario: 'x', steps: [{ at: '1h', do: 'session.expir' }] })
    // @ts-expect-error no duration
    defineScenario({ scenario: 'x', steps: [{ at: '6 hrs', do: 'session.expire' }] })
    // @ts-expect-error no step without an action
    defineScenario({ scenario: 'x', steps: [{ at: '1h' }] })
    // @ts-expect-error an error that sessions do not expire with
    defineScenario({ scenario: 'x', steps: [{ at: '1h', do: 'session.expire', with: { error: 'nobody' } }] })
    // @ts-expect-error unknown type of account
    defineScenario({ scenario: 'x', accounts: [{ type: 'icloud', identifier: 'a' }] })
    // @ts-expect-error unknown outcome
    defineScenario({ scenario: 'x', accounts: [{ identifier: 'a', outcomes: ['failure'] }] })
    // @ts-expect-error a status that the API never sends
    defineScenario({ scenario: 'x', faults: [{ on: 'GET /users', answer: { status: 418 } }] })
    // @ts-expect-error unknown way to close
    defineScenario({ scenario: 'x', faults: [{ on: 'GET /users', close: 'cut' }] })
    // @ts-expect-error unknown setting
    defineScenario({ scenario: 'x', settings: { session_int: '2s' } })
    expect(defineScenario({ scenario: 'x', clock: { start: new Date(0), frozen: true } }).scenario).toBe('x')
  })

  it('a scenario that is typed right may leave the status of an answer out where it is 429', () => {
    const scenario = defineScenario({
      scenario: 'x',
      faults: [{ on: 'GET /users', answer: { retry_after: '30s' } }],
    })
    expect(() => createMock({ scenario })).not.toThrow()
  })
})
