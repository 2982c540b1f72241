import { describe, expect, test } from 'vitest'
import type { RequestView } from '../../src/engine/journal.ts'
import { curlOf } from '../../src/inspector/curl.ts'
import { callerOf, redactedIn, signedHow, whyOf } from '../../src/inspector/explained.ts'

const call = (parts: object): RequestView =>
  ({
    id: 1,
    at: '2020-02-20T12:00:00.000000Z',
    method: 'GET',
    path: '/users',
    query: {},
    route: 'GET /users',
    caller: null,
    status: 200,
    error: null,
    message: null,
    duration_ms: 1,
    decided_by: [],
    ignored: [],
    body: null,
    body_length: 0,
    headers: {},
    answer: null,
    ...parts,
  }) as unknown as RequestView

describe('signedHow', () => {
  const attempt = { at: '', status: 200, error: null, unsent: false, redelivered: false }
  test.each([
    [{ fingerprint: 'abcd' }, 'abcd', 'signed with the current secret (abcd)'],
    [{ fingerprint: 'abcd' }, 'ef01', 'signed with the secret before the current one (abcd), replaced since'],
    [{ fingerprint: 'abcd' }, null, 'signed with the secret of a webhook that is deleted (abcd)'],
    [{}, 'abcd', 'not signed, because the settings script the answer'],
    [
      { signature: 'old', status: 403 } as const,
      'abcd',
      'wrong on purpose, by the scenario or an action: dated an hour ago; the receiver did not take it',
    ],
  ])('%j, and the secret now %s', (parts, present, words) => {
    expect(signedHow({ ...attempt, ...parts }, present)).toBe(words)
  })
})

describe('callerOf', () => {
  test.each([
    [{ caller: { organisation: 1, key: 2 } }, 'organisation 1, key 2'],
    [{ status: 503, decided_by: ['fault (GET /users)'] }, 'not looked at: a fault struck before'],
    [{ status: 401 }, 'none: the token was refused'],
    [{ status: 404, route: null }, 'none: no call has this path and method'],
    [{ status: 400 }, 'none: the call failed before the token was read'],
  ])('of a call with %j: %s', (parts, text) => {
    expect(callerOf(call(parts))).toBe(text)
  })
})

describe('whyOf', () => {
  test.each([
    [{ reason: { rule: 'x', sentence: 'The key was revoked.' }, message: 'Wrong.' }, ['The key was revoked.']],
    [{ message: 'Wrong.' }, ['Wrong.']],
    [
      { status: 0, decided_by: ['fault (x)'] },
      ['The connection was closed instead of an answer.', 'Decided by fault (x).'],
    ],
    [{}, ['Nothing stood against it: it was answered by the rules of the API.']],
  ])('of a call with %j: %j', (parts, sentences) => {
    expect(whyOf(call(parts))).toEqual(sentences)
  })
})

test('redactedIn names what is hidden', () => {
  expect(redactedIn({ body: { payload: { code: '[redacted]', list: ['x', '[redacted]'] } } })).toEqual([
    'body.payload.code',
    'body.payload.list.1',
  ])
})

describe('curlOf', () => {
  test('has the headers that matter, and marks what is redacted', () => {
    const request = call({
      method: 'POST',
      path: '/sessions',
      query: { a: ['1', '2'] },
      body: { code: '[redacted]', name: "it's" },
      headers: { authorization: '[redacted]', 'content-length': '3', 'ricloud-await': '5' },
    })
    expect(curlOf(request, 'http://x')).toBe(
      [
        '# replace [redacted] in body.code',
        "curl -X POST 'http://x/sessions?a=1&a=2' \\",
        '  -H "Authorization: Token $RICLOUD_TOKEN" \\',
        "  -H 'ricloud-await: 5' \\",
        `  -d '{"code":"[redacted]","name":"it'\\''s"}'`,
      ].join('\n'),
    )
  })

  test('has the token where it may be shown', () => {
    expect(curlOf(call({}), 'http://x', 'w1-token')).toContain('"Authorization: Token w1-token"')
  })
})
