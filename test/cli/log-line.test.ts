import { describe, expect, it } from 'vitest'
import { changeLine, type LoggedRequest, requestLine, storeLine } from '../../src/cli/log-line.ts'
import { paintFor, takesColours } from '../../src/cli/output.ts'

const request: LoggedRequest = {
  at: '2020-02-20T12:34:56.789012Z',
  method: 'GET',
  path: '/users/1',
  status: 200,
  error: null,
  duration_ms: 0.44,
  decided_by: [],
  ignored: [],
}
const plain = paintFor(false)
const lineOf = (changes: Partial<LoggedRequest> = {}, world: string | null = null) =>
  requestLine({ ...request, ...changes }, world, plain)

describe('requestLine', () => {
  it('shows virtual time, method, path, status and duration', () => {
    expect(lineOf()).toBe('12:34:56  GET     /users/1                  200   0.4 ms')
  })

  it('shows what decided the answer, and the code of an error', () => {
    const line = lineOf({
      status: 503,
      decided_by: ['fault (GET /users/*: status 503)'],
      error: 'internal-server-error',
    })
    expect(line).toMatch(/ 503 .* {2}fault \(GET \/users\/\*: status 503\) {2}internal-server-error$/)
  })

  it('shows ignored parameters and the world', () => {
    expect(lineOf({ ignored: ['stat', 'from'] }, 'w7')).toMatch(/ ms {2}ignored: stat, from {2}world w7$/)
  })

  it('shows "cut" where a fault closed the connection', () => {
    expect(lineOf({ status: 0 })).toContain(' cut ')
  })

  it.each([
    [0.04, ' 0.0 ms'],
    [9.96, '10.0 ms'],
    [12.6, '  13 ms'],
    [999.4, ' 999 ms'],
    [2040, '  2.0 s'],
  ])('shows %d milliseconds as %s', (duration_ms, shown) => {
    expect(lineOf({ duration_ms })).toMatch(new RegExp(`200  ${shown}$`))
  })

  it('escapes control characters and shortens long text', () => {
    const line = lineOf({ path: '/\x1b[2J\x9b\n', ignored: ['a\x07b', 'x'.repeat(1000)], method: 'G\x1bT' })
    expect(line).not.toMatch(/[\x00-\x1f\x7f-\x9f]/)
    expect(line).toContain('/\\x1b[2J\\x9b\\x0a')
    expect(line.length).toBeLessThan(400)
  })

  it.each([
    [200, 32],
    [404, 33],
    [503, 31],
    [0, 35],
  ])('colours the status %d', (status, colour) => {
    const line = requestLine({ ...request, status }, null, paintFor(true))
    expect(line).toContain(`\x1b[${colour}m${status || 'cut'}\x1b[39m`)
    expect(line).toContain('\x1b[1mGET   \x1b[22m')
  })
})

describe('storeLine', () => {
  it('shows what the line of a request does, and the store', () => {
    const call = { ...request, store: 's3', path: '/my-bucket/a.json', status: 404, error: 'NoSuchKey' } as const
    expect(storeLine({ kind: 'store', call, world: 'w7' }, plain)).toBe(
      '12:34:56  GET     /my-bucket/a.json         404   0.4 ms  s3  NoSuchKey  world w7',
    )
  })
})

describe('takesColours', () => {
  const terminal = { isTTY: true }
  it.each([
    [true, 'on a terminal', terminal, {}],
    [false, 'elsewhere', {}, {}],
    [false, 'with NO_COLOR', terminal, { NO_COLOR: '1' }],
    [false, 'with CI', terminal, { CI: 'true' }],
    [true, 'with an empty NO_COLOR', terminal, { NO_COLOR: '' }],
    [false, 'on a terminal without colours', terminal, { TERM: 'dumb' }],
    [true, 'elsewhere with FORCE_COLOR', {}, { FORCE_COLOR: '1', CI: 'true' }],
    [false, 'with FORCE_COLOR=0', terminal, { FORCE_COLOR: '0' }],
  ])('is %s %s', (taken, _, stream, environment) => {
    expect(takesColours(stream, environment)).toBe(taken)
  })
})

describe('changeLine', () => {
  const clock = { now: '2020-02-20T12:34:56.789012Z', frozen: false, speed: 1 }
  it.each([
    [{ ...clock, frozen: true }, null, '12:34:56  clock at 2020-02-20T12:34:56.789012Z, frozen'],
    [clock, null, '12:34:56  clock at 2020-02-20T12:34:56.789012Z, running'],
    [{ ...clock, speed: 60 }, 'w7', '12:34:56  clock at 2020-02-20T12:34:56.789012Z, running at speed 60  world w7'],
  ])('shows where the clock is, how it runs, and the world: %o, %s', (clock, world, line) => {
    expect(changeLine({ kind: 'clock', clock, world }, plain)).toBe(line)
  })

  it.each([
    [null, '          mock reset'],
    ['w7', '          world w7 reset'],
  ])('shows what became of the world %s', (world, line) => {
    expect(changeLine({ kind: 'world', what: 'reset', world }, plain)).toBe(line)
  })
})
