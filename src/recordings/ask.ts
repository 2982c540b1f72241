import { UsageError } from '../engine/errors.ts'
import { systemReason } from '../engine/system-errors.ts'
import { causeOf } from '../engine/thrown.ts'
import { Clock } from '../engine/time/clock.ts'
import { isRecord } from '../engine/values.ts'
import { jsonOf, type RecordedCall } from './call.ts'
import { readEntry } from './har.ts'

interface AskedRoute {
  readonly method: string
  readonly path: string
  readonly deprecated?: string
}

/** The pause between two calls, in microseconds: at most two a second. */
const pause = 500_000
/** The limit of an answer, in milliseconds. */
const patience = 30_000

/**
 * Asks a living API by GET alone: each list and each single record that the routes offer, of lists the first page.
 *
 * @throws UsageError if it cannot be reached, or refuses the token
 */
export async function askApi(base: URL, token: string, routes: readonly AskedRoute[]): Promise<RecordedCall[]> {
  const clock = new Clock()
  const calls: RecordedCall[] = []
  const ids = new Map<string, unknown>()
  const wait = () => new Promise<void>((done) => clock.wake(pause, done, true))
  const asked = routes.filter(({ method, deprecated }) => method === 'GET' && deprecated === undefined)
  const plain = asked.filter(({ path }) => !path.includes('{'))
  const single = asked.filter(({ path }) => path.split('{').length === 2)
  for (const { path: route } of [...plain, ...single]) {
    const [list = '', rest] = route.split('/{id}')
    const id = ids.get(list)
    if (rest !== undefined && id === undefined) continue
    const path = rest === undefined ? route : `${list}/${encodeURIComponent(String(id))}${rest}`
    if (calls.length > 0) await wait()
    const call = await ask(base, token, path, clock)
    if (call.status === 401) throw new UsageError(`${base.host} refuses the token (401).`)
    calls.push(call)
    const answer = jsonOf(call.answer)
    const first: unknown = isRecord(answer) && Array.isArray(answer.data) ? answer.data[0] : undefined
    if (isRecord(first)) ids.set(path, first.id)
  }
  return calls
}

async function ask(base: URL, token: string, path: string, clock: Clock): Promise<RecordedCall> {
  const at = clock.now()
  const headers = { authorization: `Token ${token}` }
  const url = base.href.replace(/\/$/, '') + path
  const response = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(patience) }).catch(
    (error: unknown) => {
      throw new UsageError(`${base.host} cannot be reached: ${systemReason(causeOf(error) ?? error)}.`)
    },
  )
  const text = await response.text()
  const call = readEntry(
    {
      startedDateTime: new Date(Math.floor(at / 1000)).toISOString(),
      time: 0,
      request: { method: 'GET', url: new URL(path, base.origin).href, headers: Object.entries(headers) },
      response: {
        status: response.status,
        headers: [...response.headers].filter(([name]) => name !== 'content-encoding'),
        content: { text, size: text.length },
      },
    },
    `GET ${path}`,
  )
  if (!call) throw new UsageError(`${base.host} gave an answer that cannot be read.`)
  return { ...call, at }
}
