import { once } from 'node:events'
import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import https from 'node:https'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { setupRicloud } from '../../src/node.ts'
import { serve } from '../../src/standalone.ts'
import { frozen } from './frozen.ts'

const closes = ['reset', 'empty', 'truncated'] as const

/** Where a mock answers whose first answer to `GET /key` ends the connection. */
const doors = {
  'in the process': async (close: (typeof closes)[number]) => {
    const { mock } = listening(setupRicloud(frozen))
    mock.faults.arm({ on: 'GET /key', close, first: 1 })
    return 'https://ricloud-api.reincubate.com/key'
  },
  'of a server': async (close: (typeof closes)[number]) => {
    const server = await serve({ port: 0, ...frozen })
    onTestFinished(() => server.close())
    server.mock.faults.arm({ on: 'GET /key', close, first: 1 })
    return `${server.url}/key`
  },
}

function listening(ricloud: ReturnType<typeof setupRicloud>) {
  onTestFinished(() => ricloud.close())
  return ricloud.listen()
}

const headers = { authorization: 'Token ricloud-mock-token' }

/** What each client shows: the class of its error and the code by which it is told that the network failed, or a status. */
const clients = {
  fetch: (url: string) =>
    fetch(url, { headers })
      .then(async (response) => {
        await response.text()
        return [response.status]
      })
      .catch(({ name, cause }) => [name, cause?.code]),
  'node:http': async (url: string) => {
    const sent: ClientRequest = (url.startsWith('https:') ? https : http).get(url, { headers, agent: false })
    try {
      const [message] = (await once(sent, 'response')) as [IncomingMessage]
      message.resume()
      await once(message, 'end')
      return [message.statusCode]
    } catch (error) {
      const { name, code } = error as NodeJS.ErrnoException
      return [name, code]
    }
  },
}

const expected = {
  fetch: {
    reset: ['TypeError', 'ECONNRESET'],
    empty: ['TypeError', 'UND_ERR_SOCKET'],
    truncated: ['TypeError', 'UND_ERR_SOCKET'],
  },
  'node:http': {
    reset: ['Error', 'ECONNRESET'],
    empty: ['Error', 'ECONNRESET'],
    truncated: ['Error', 'ECONNRESET'],
  },
} as const

describe.each(Object.entries(doors))('A scripted end of the connection %s', (_, open) => {
  const rows = Object.entries(clients).flatMap(([name, call]) => closes.map((close) => [close, name, call] as const))

  test.each(rows)('%s is a network error of %s with its code, then the call succeeds', async (close, name, call) => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => printed.mockRestore())
    const url = await open(close)
    const first = await call(url)
    expect([first, await call(url)]).toEqual([expected[name as keyof typeof expected][close], [200]])
    expect(printed).not.toHaveBeenCalled()
  })
})
