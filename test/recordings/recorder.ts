import { recordedApi, startMock } from '../../src/cli/compare.ts'
import { createMock, type MockOptions } from '../../src/index.ts'
import { compareRecording } from '../../src/recordings/compare.ts'
import type { ComparedCall } from '../../src/recordings/compared.ts'
import { readRecordings } from '../../src/recordings/read.ts'

/** One entry of a HAR file, as far as the tests change it. */
export interface Entry {
  startedDateTime: string
  time: number
  request: {
    method: string
    url: string
    headers: { name: string; value: string }[]
    postData?: { mimeType: string; text: string }
  }
  response: {
    status: number
    headers: { name: string; value: string }[]
    content: { mimeType: string; size: number; text?: string }
  }
}

export const host = 'ricloud-api.reincubate.com'

/** A client of a mock that records its calls as HAR. */
export function recordedClient(options: MockOptions = {}) {
  const mock = createMock({ clock: { start: '2020-02-20T12:00:00Z', frozen: true }, log: () => {}, ...options })
  const entries: Entry[] = []
  const call = async (
    method: string,
    path: string,
    body?: object,
    { token = mock.token, headers = {} }: { token?: string; headers?: Record<string, string> } = {},
  ) => {
    const url = `https://${host}${path}`
    const sent = { authorization: `Token ${token}`, ...headers }
    const at = mock.clock.now()
    const response = await mock.fetch(url, { method, headers: sent, ...(body && { body: JSON.stringify(body) }) })
    const text = await response.text()
    entries.push({
      startedDateTime: at,
      time: 1,
      request: {
        method,
        url,
        headers: Object.entries(sent).map(([name, value]) => ({ name, value })),
        ...(body && { postData: { mimeType: 'application/json', text: JSON.stringify(body) } }),
      },
      response: {
        status: response.status,
        headers: Array.from(response.headers, ([name, value]) => ({ name, value })),
        content: { mimeType: 'application/json', size: text.length, text },
      },
    })
    await mock.clock.advance('10ms')
    return JSON.parse(text)
  }
  return { mock, entries, call }
}

/** A file of the given text. */
export const fileOf = (text: string | Uint8Array, name = 'calls.har') => {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  return {
    name,
    chunks: (async function* () {
      for (let i = 0; i < bytes.length; i += 1000) yield bytes.subarray(i, i + 1000)
    })(),
  }
}

export const har = (entries: readonly object[]) =>
  JSON.stringify({ log: { version: '1.2', creator: { name: 'test', version: '1' }, entries } })

/** Compares a recording, given as text, with a mock. */
export async function compared(text: string, { excuses = [] as string[], name = 'calls.har' } = {}) {
  const calls: ComparedCall[] = []
  const recording = await readRecordings([fileOf(text, name)], host)
  const summary = await compareRecording(recording, recordedApi, startMock, excuses, (call) => calls.push(call))
  const findings = calls.flatMap(({ call, findings }) => findings.map(({ path, text }) => `${call}: ${path} ${text}`))
  return { calls, findings, ...summary }
}
