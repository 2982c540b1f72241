import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import defaultFixture from '../../fixtures/default.json' with { type: 'json' }
import { isSecret, redacted, withoutSecrets } from '../../src/engine/messages.ts'
import type { Fixture } from '../../src/index.ts'
import { setupApi } from '../support/api.ts'

const secretNames = [
  ...[
    'password',
    'passwords',
    'passwd',
    'pwd',
    'pass',
    'passphrase',
    'passcode',
    'PASSWORD',
    'newPassword',
    'password2',
  ],
  ...['pin', 'PIN', 'userPIN', 'pinCode', 'PINCode', 'otp', 'totp_otp', 'code', 'twoFactorCode'],
  ...[
    'token',
    'tokens',
    'accessToken',
    'token_1',
    'secret',
    'client-secret',
    'credential',
    'credentials',
    'jwt',
    'idJwt',
  ],
  ...['apiKey', 'APIKey', 'api_key', 'apikey', 'X-API-Key', 'privateKey', 'private_key'],
  ...['authorization', 'Authorization', 'Proxy-Authorization', 'cookie', 'Set-Cookie', 'cookies'],
]
const plainNames = [
  'identifier',
  'key',
  'keys',
  'codec',
  'decode',
  'encoded',
  'passport',
  'compass',
  'opinion',
  'spin',
  'pinned',
  'tokenised',
  'passwordless',
  'secretary',
  'url',
  'state',
]

const hush = 'hush-hush'

/** Everything that a mock shows of a body, a query and a record that have a secret of a name. */
async function shownOf(name: string, showSecrets = false): Promise<Readonly<Record<string, string>>> {
  const fixture: Fixture = { ...structuredClone(defaultFixture), sessions: [] }
  for (const source of fixture.sources ?? []) Object.assign(source, { info: { a: [{ [name]: hush }] } })
  const logged: string[] = []
  const { mock, post, get } = setupApi({
    fixtures: [fixture],
    showSecrets,
    log: (_, message) => void logged.push(message),
  })
  const streamed: unknown[] = []
  mock.watch((message) => void streamed.push(message))
  mock.snapshots.save('before')
  await post('/users', { identifier: 'a', a: [{ [name]: hush }] })
  await post('/sessions', {
    source: { user: 1, type: 'icloud.account', identifier: 'a' },
    payload: { [name]: { b: hush } },
  })
  await post(`/users?${new URLSearchParams({ [name]: hush })}`, { [name]: hush, identifier: [] })
  await post('/sources/1', { state: 'deactivated' })
  mock.db.source.update({ where: { id: { equals: 2 } }, data: { info: { [name]: `${hush}2` } } })
  let mismatch = ''
  try {
    mock.requests.verify({ path: '/users', body: { [name]: 'x' }, query: { [name]: 'x' } })
  } catch (error) {
    mismatch = (error as Error).message
  }
  const shown = {
    journal: mock.requests.list(),
    stream: streamed,
    state: mock.state(),
    record: mock.record('source', 1),
    diff: mock.snapshots.diff('before'),
    history: mock.history(),
    summary: mock.summary(),
    mismatch,
    logged,
    control: (await get('/_mock/state')).body,
  }
  return Object.fromEntries(Object.entries(shown).map(([output, value]) => [output, JSON.stringify(value)]))
}

describe('No output shows', () => {
  it.each(secretNames)('%s', async (name) => {
    for (const [output, text] of Object.entries(await shownOf(name))) expect(text, output).not.toContain(hush)
  })

  it('a payload that is text', async () => {
    const { mock, post } = setupApi()
    for (const payload of [hush, [hush], 123456]) await post('/sessions', { source: {}, payload })
    expect(mock.requests.list().map(({ body }) => body)).toEqual([
      { source: {}, payload: '[redacted]' },
      { source: {}, payload: ['[redacted]'] },
      { source: {}, payload: '[redacted]' },
    ])
  })

  it('a name that is longer than any that a person writes', () => {
    expect(redacted({ ['a'.repeat(2000)]: hush })).toEqual({ ['a'.repeat(2000)]: '[redacted]' })
  })
})

it('With showSecrets the outputs of records and calls show them', async () => {
  const { journal, state, record, diff, stream } = await shownOf('password', true)
  for (const text of [journal, state, record, diff, stream]) expect(text).toContain(hush)
})

it.each(plainNames)('%s is no secret', (name) => {
  expect(isSecret(name)).toBe(false)
})

it.each([
  ['https://user:hush@host/a', 'https://[redacted]@host/a'],
  ['https://user@host', 'https://[redacted]@host'],
  ['user:hush@host', '[redacted]@host'],
  ['user:hu:sh@x@host', '[redacted]@host'],
  ['https://host/a?token=hush&b=1&apiKey=hush#c', 'https://host/a?token=[redacted]&b=1&apiKey=[redacted]#c'],
  ['a@example.com', 'a@example.com'],
  ['a@example.com:b@c', 'a@example.com:b@c'],
  ['https://host/a:b@c', 'https://host/a:b@c'],
  [':'.repeat(5), ':::::'],
])('%s is shown as %s', (text, shown) => {
  expect(withoutSecrets(text)).toBe(shown)
})

it('Of any value the secrets alone are hidden, and the value itself is not changed', () => {
  const frozen = (value: unknown): unknown => {
    if (typeof value === 'object' && value !== null) Object.values(value).forEach(frozen)
    return Object.freeze(value)
  }
  /** What is hidden, by a copy of everything. */
  const copied = (value: unknown, name: string): unknown =>
    typeof value !== 'object' || value === null || isSecret(name)
      ? redacted(value, name)
      : Array.isArray(value)
        ? value.map((one) => copied(one, name))
        : Object.fromEntries(Object.entries(value).map(([key, one]) => [key, copied(one, key)]))
  const name = fc.constantFrom('id', 'name', 'password', 'token', 'payload', 'url', '__proto__')
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      fc.jsonValue({ maxDepth: 0 }),
      fc.constant('https://host/?token=hush'),
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.array(fc.tuple(name, tie('tree')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
    ),
  }))
  fc.assert(
    fc.property(tree, (value) => {
      expect(redacted(frozen(value))).toEqual(copied(value, ''))
    }),
    { numRuns: 300 },
  )
})

describe('A token in a fixture', () => {
  const withToken = (token: string): Fixture => {
    const fixture: Fixture = structuredClone(defaultFixture)
    Object.assign(fixture.keys?.find(({ id }) => id === 1) ?? {}, { token })
    return fixture
  }

  it.each(['a b', 'w1-a', 'W12-a', '', 'ü', 'a\n'])('must be one that the option token takes: %j', (token) => {
    expect(() => setupApi({ token })).toThrow('token')
    expect(() => setupApi({ fixtures: [withToken(token)] })).toThrow(/keys\[\d\].token: must/)
  })

  it.each(['a', 'w-a', 'w1', '!~'])('may be %j', (token) => {
    expect(setupApi({ fixtures: [withToken(token)] }).mock.token).toBe(token)
  })
})
