import { expect, it } from 'vitest'
import { banner, type StartedServer } from '../../src/cli/banner.ts'
import type { Settings } from '../../src/cli/settings.ts'

const server: StartedServer = {
  url: 'http://127.0.0.1:7425',
  token: 'abc',
  mock: {
    seed: 1,
    clock: { frozen: false, speed: 1, now: () => '2020-02-20T12:00:00.000000Z' },
    scenario: { name: 'default', description: 'A few of everything.' },
  },
}
const unset: Settings = { values: {}, sources: new Map() }

it('banner: shows the address, example calls, scenario and clock', () => {
  expect(banner(server, unset)).toBe(`ricloud-mock listens on http://127.0.0.1:7425

  curl http://127.0.0.1:7425/organisation -H 'Authorization: Token abc'
  curl http://127.0.0.1:7425/_mock/clock -d '{"advance": "6h"}'

Inspect:  http://127.0.0.1:7425/_mock in a browser
Scenario: default. A few of everything.
Clock:    running
Stop:     Ctrl-C
`)
})

it('banner: shows an address that can be called where the server listens on all addresses, and quotes tokens for a shell', () => {
  const text = banner({ ...server, url: 'http://[::]:7425', token: "a'b" }, unset)
  expect(text).toContain(`curl http://[::1]:7425/organisation -H 'Authorization: Token a'\\''b'`)
})

it('banner: shows a control token that was generated, and hides one that was set', () => {
  const generated = banner({ ...server, controlToken: 'xyz' }, unset)
  expect(generated).toContain('Control:  calls of /_mock need the token xyz\n')
  expect(generated).toContain(`/_mock/clock -H 'Authorization: Token xyz' -d`)
  const set: Settings = { values: { controlToken: 'xyz' }, sources: new Map([['controlToken', '--control-token']]) }
  const hidden = banner({ ...server, controlToken: 'xyz' }, set)
  expect(hidden).not.toContain('xyz')
  expect(hidden).toContain('Settings: controlToken (--control-token)\n')
})

it.each([
  [{ frozen: true, speed: 1 }, 'frozen at 2020-02-20T12:00:00.000000Z; {"speed": 1} starts it'],
  [{ frozen: false, speed: 60 }, 'running 60 times as fast'],
])('banner: shows the clock %j', (clock, line) => {
  const text = banner({ ...server, mock: { ...server.mock, clock: { ...server.mock.clock, ...clock } } }, unset)
  expect(text).toContain(`Clock:    ${line}\n`)
})
