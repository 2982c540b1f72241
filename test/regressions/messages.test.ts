import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMock } from '../../src/index.ts'
import { loadScenario, setupRicloud } from '../../src/node.ts'
import { serve } from '../../src/standalone.ts'
import { setupApi } from '../support/api.ts'

describe('a message', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ricloud-mock-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const refusal = async (text: string) => {
    const path = join(folder, 'scenario.yaml')
    await writeFile(path, text)
    return loadScenario(path).then(String, String)
  }

  it('gives the place of an unknown key, not that of its value', async () => {
    expect(await refusal('scenario: x\nstep:\n  - { do: user.block }')).toContain('\n  2:1 step: is unknown')
  })

  it('names the longer word that was begun', async () => {
    expect(await refusal('scenario: x\nsettings: { session_life: 1h }')).toContain('Did you mean "session_lifetime"?')
  })

  it('does not advise quotes for a duration', async () => {
    expect(await refusal('scenario: x\nsettings: { session_lifetime: 3600 }')).not.toContain('quotes')
  })

  it('advises quotes for a code', async () => {
    const text = 'scenario: x\naccounts: [{ identifier: a@b.c, code: 123456 }]'
    expect(await refusal(text)).toContain('accounts[0].code: must be a string, got a number: put it in quotes')
  })

  it('knows the options of the entry point', async () => {
    await expect(serve({ prot: 0 } as object)).rejects.toThrow('Did you mean "port"?')
  })

  it('knows the options of the interception', () => {
    expect(() => setupRicloud({ baseurl: 'http://x' } as object)).toThrow('Did you mean "baseUrl"?')
  })

  it('tells that a promise was given for a scenario', () => {
    const scenario = Promise.resolve({ scenario: 'x' })
    expect(() => createMock({ scenario: scenario as never })).toThrow('await loadScenario')
  })

  it('tells how to read a path', () => {
    expect(() => createMock({ scenario: './x.yaml' as 'default' })).toThrow('await loadScenario("./x.yaml")')
  })

  it('does not end with a question mark and a full stop', async () => {
    const { post } = setupApi()
    expect((await post('/_mock/clock', { advance: '6hours' })).body.message).toMatch(/Did you mean "6h"\?$/)
  })

  it('shows a value at fault as it was sent, whatever marks are in it', async () => {
    const { post } = setupApi()
    expect((await post('/users/1', { state: 'what?.' })).body.message).toContain('got "what?."')
  })
})

describe('mock.fetch', () => {
  const headers = { authorization: 'Token ricloud-mock-token' }

  it('takes an address as fetch does', async () => {
    expect((await createMock().fetch('http://any.host/users', { headers })).status).toBe(200)
  })

  it.each(['/users?limit=1', 'users', './users', '//any.host/users', new URL('https://any.host/users')])(
    'answers %s as a call of the API',
    async (input) => {
      expect((await createMock().fetch(input, { headers })).status).toBe(200)
    },
  )

  it('answers a path under /_mock', async () => {
    expect((await createMock().fetch('/_mock/clock')).status).toBe(200)
  })

  it('takes what comes beside a Request', async () => {
    expect((await createMock().fetch(new Request('http://any.host/users'), { headers })).status).toBe(200)
  })

  it.each([
    ['http://[', 'Failed to parse URL from http://['],
    ['//', 'Failed to call the mock: "//" is no URL, and no path such as "/users".'],
    [undefined, 'Failed to call the mock: it takes a URL, a path or a Request, got undefined.'],
    [5, 'Failed to call the mock: it takes a URL, a path or a Request, got a number.'],
  ])('refuses %s', async (input, message) => {
    await expect(createMock().fetch(input as string)).rejects.toThrow(message)
  })
})
