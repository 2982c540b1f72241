import * as z from 'zod'
import { parseInstant } from '../engine/time/instant.ts'
import { isRecord } from '../engine/values.ts'
import type { RecordedBody, RecordedCall } from './call.ts'

/** A request as the journal shows it, as far as it is read. */
const Request = z.object({
  at: z.string(),
  method: z.string(),
  path: z.string().startsWith('/'),
  query: z.record(z.string(), z.union([z.string(), z.array(z.string())])).catch({}),
  caller: z.record(z.string(), z.number()).nullable().catch(null),
  status: z.number(),
  error: z.string().nullable().catch(null),
  decided_by: z.array(z.string()).catch([]),
  body: z.unknown().optional(),
  body_length: z.number().catch(0),
  duration_ms: z.number().catch(0),
  headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])).catch({}),
  answer: z
    .object({ body: z.unknown().optional(), is_cut: z.boolean().catch(false) })
    .nullable()
    .catch(null),
})

/** Reads a line of `ricloud-mock --json`, or a request of the journal; undefined for lines about something else. */
export function readJournalLine(given: unknown, place: string): RecordedCall | undefined {
  const line = isRecord(given) && given.kind === 'request' ? given.request : given
  const request = Request.safeParse(line).data
  const at = request && parseInstant(request.at)
  if (!request || at === undefined) return undefined
  const { method, path, query, caller, status, error, decided_by, body, body_length, headers, answer } = request
  const fault = decided_by.find((one) => one.startsWith('fault'))
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, values]) => [values].flat().map((value) => [name, value])),
  ).toString()
  return {
    place,
    at,
    // Virtual time does not move while a call is answered.
    end: at,
    method,
    host: '',
    path,
    query: search && `?${search}`,
    headers: headersOf(headers, caller),
    body: requestBody(body, body_length),
    status,
    error,
    caller,
    answer: answerOf(answer),
    // The journal keeps 16 Ki of each.
    length: 16 * 1024,
    ...(fault ? { skipped: 'a scripted fault answered' } : status === 0 ? { skipped: 'there was no answer' } : {}),
  }
}

function requestBody(body: unknown, length: number): RecordedBody {
  if (body !== null && body !== undefined) return { json: body }
  return length > 0 ? { unread: 'it was not kept, or is no JSON' } : { isEmpty: true }
}

/** The headers of a call, whose token is hidden: calls of one key have one in its place. */
function headersOf(
  headers: Readonly<Record<string, string | readonly string[]>>,
  caller: Readonly<Record<string, number>> | null,
): ReadonlyMap<string, string> {
  const all = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value].flat().join(', ')] as const)
  const own = new Map(all.filter(([name]) => name !== 'authorization'))
  return caller ? own.set('authorization', `Token caller-${Object.values(caller).join('-')}`) : own
}

function answerOf(answer: { readonly body?: unknown; readonly is_cut: boolean } | null): RecordedBody {
  if (answer?.body === undefined || answer.body === null) return { unread: 'it was not recorded' }
  return answer.is_cut ? { unread: 'it is cut, or no JSON' } : { json: answer.body }
}
