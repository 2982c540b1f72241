import { describe, expect, it } from 'vitest'
import { tokenIn } from '../../src/engine/authorization.ts'
import { answerFor } from '../../src/engine/http/msw-handlers.ts'
import { createMock } from '../../src/index.ts'
import { TestWorlds } from '../../src/mock/test-worlds.ts'
import { frozen } from '../doors/frozen.ts'
import { ask, started, statusOf } from '../doors/servers.ts'

describe('The token in an Authorization header', () => {
  it.each(['Token abc', 'token abc', 'TOKEN   abc', 'Token\tabc', ' Token \t abc\t'])('is found in %j', (header) => {
    expect(tokenIn(header)).toBe('abc')
  })

  it.each([undefined, null, '', 'abc', 'Token', 'Token ', 'Tokenabc', 'Token a b', 'Bearer abc', 'Token\nabc'])(
    'is none in %j',
    (header) => {
      expect(tokenIn(header)).toBeUndefined()
    },
  )
})

describe('A tab after `Token` is taken', () => {
  const withTab = (token: string | undefined) => ({ authorization: `Token\t${token}` })

  it('by the API', async () => {
    const mock = createMock(frozen)
    expect((await mock.fetch('https://any.host/key', { headers: withTab(mock.token) })).status).toBe(200)
  })

  it('by the world that the token selects', async () => {
    const mock = createMock(frozen)
    const { id, token } = await mock.worlds.create()
    await mock.fetch('https://any.host/key', { headers: withTab(token) })
    expect([mock.requests.count, mock.worlds.get(String(id)).requests.count]).toEqual([0, 1])
  })

  it('by the only world of a test', async () => {
    const worlds = new TestWorlds()
    await worlds.begin()
    const request = new Request('https://any.host/key', { headers: withTab('ricloud-mock-token') })
    expect((await answerFor(worlds, request)).status).toBe(200)
  })

  it('by the control API', async () => {
    const server = await started({ controlToken: 'my-own' })
    expect(await statusOf(ask(server, 'GET', '/_mock/clock', withTab('my-own')))).toBe(200)
  })
})
