import { expect, it } from 'vitest'
import { banner, type Greeted } from '../../src/cli/banner.ts'
import type { Settings } from '../../src/cli/settings.ts'

const server: Greeted = {
  url: 'http://127.0.0.1:7425',
  token: 'abc',
  mock: {
    seed: 1,
    clock: { frozen: false, speed: 1, now: () => '2020-02-20T12:00:00.000000Z' },
    scenario: { name: 'default', description: 'A few of everything.' },
  },
}
const unset: Settings = { values: {}, origins: new Map() }

it('greets with where the server is, what to try, and what it plays', () => {
  expect(banner(server, unset)).toBe(`ricloud-mock listens on http://127.0.0.1:7425

  curl http://127.0.0.1:7425/organisation -H 'Authorization: Token abc'
  curl http://127.0.0.1:7425/_mock/clock -d '{"advance": "6h"}'

Inspect:  http://127.0.0.1:7425/_mock in a browser
Scenario: default. A few of everything.
Clock:    runs
Stop:     Ctrl-C
`)
})

it('names an address that can be called where a server listens everywhere, and tokens as a shell reads them', () => {
  const text = banner({ ...server, url: 'http://[::]:7425', token: "a'b" }, unset)
  expect(text).toContain(`curl http://[::1]:7425/organisation -H 'Authorization: Token a'\\''b'`)
})

it('tells a token of the control calls that was made, and hides one that was given', () => {
  const made = banner({ ...server, controlToken: 'xyz' }, unset)
  expect(made).toContain('Control:  calls of /_mock need the token xyz\n')
  expect(made).toContain(`/_mock/clock -H 'Authorization: Token xyz' -d`)
  const given: Settings = { values: { controlToken: 'xyz' }, origins: new Map([['controlToken', '--control-token']]) }
  const hiding = banner({ ...server, controlToken: 'xyz' }, given)
  expect(hiding).not.toContain('xyz')
  expect(hiding).toContain('Settings: controlToken (--control-token)\n')
})

it.each([
  [{ frozen: true, speed: 1 }, 'stands at 2020-02-20T12:00:00.000000Z; {"speed": 1} lets it run'],
  [{ frozen: false, speed: 60 }, 'runs 60 times as fast'],
])('tells of the clock %j', (clock, line) => {
  const text = banner({ ...server, mock: { ...server.mock, clock: { ...server.mock.clock, ...clock } } }, unset)
  expect(text).toContain(`Clock:    ${line}\n`)
})
