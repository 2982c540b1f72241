import { tokenIn } from '../engine/authorization.ts'
import { printableLine } from '../engine/messages.ts'
import { type CallInput, type Input, isCall } from '../engine/recorder.ts'
import { formatInstant, type Instant } from '../engine/time/instant.ts'
import { isObject } from '../engine/values.ts'
import type { FileCall, ReplayFile } from '../mock/past/replay-file.ts'
import type { Replayed } from '../mock/past/replay-world.ts'
import { apiUrl, type RicloudMock } from '../mock/ricloud.ts'

/** A value as code: JSON is. */
const code = (value: unknown): string => JSON.stringify(value) ?? 'undefined'

/** Virtual time may have gone on by itself, in microseconds, if that is not due to what a clock adds for each record. */
const noticed = 1000

type Details = Readonly<Record<string, unknown>>

/** Each input that is not a call as lines of code. */
const statements: Readonly<Record<string, (details: unknown) => string>> = {
  clock: (move) => {
    const { advance, set } = move as { readonly advance?: string; readonly set?: string }
    if (advance === 'next') return 'await ricloud.clock.advanceToNext()'
    return set === undefined ? `await ricloud.clock.advance(${code(advance)})` : `await ricloud.clock.set(${code(set)})`
  },
  action: (given) => {
    const { do: name, ...options } = given as Details
    return `ricloud.actions[${code(name)}](${code(options)})`
  },
  arm: (fault) => `ricloud.faults.arm(${code(fault)})`,
  disarm: (on) => `ricloud.faults.disarm(${on === undefined ? '' : code(on)})`,
  hold: (isHeld) => `ricloud.hold(${code(isHeld)})`,
  redeliver: (id) => `await ricloud.webhooks.redeliver(${code(id)})`,
  webhook: (post) => {
    const { to, posted } = post as { readonly to: string; readonly posted: Details }
    return `// The webhook to ${printableLine(to)} came to this: ${printableLine(code(posted))}`
  },
  write: (write) => {
    const { resource, id, changes, values } = write as Details
    const model = `ricloud.db[${code(resource)}]`
    if (values !== undefined) return `${model}.create(${code(values)})`
    const where = `where: { id: { equals: ${code(id)} } }`
    return changes === undefined
      ? `${model}.delete({ ${where} })`
      : `${model}.update({ ${where}, data: ${code(changes)} })`
  },
  load: (load) => {
    const { scenario, keep } = load as Details
    return `await ricloud.scenario.load(${code(scenario)}, ${code({ keep })})`
  },
  'snapshot.save': (name) => `ricloud.snapshots.save(${code(name)})`,
  'snapshot.restore': (name) => `ricloud.snapshots.restore(${code(name)})`,
  'snapshot.delete': (name) => `ricloud.snapshots.delete(${code(name)})`,
}

/** A test of Vitest that does what a file says; its clock is frozen, and moved where time went on by itself. */
export function testOf(file: ReplayFile, { mock, inputs }: Replayed<RicloudMock>): string {
  const calls = new Map(file.inputs.flatMap((input) => (input.do === 'call' ? [[input.id, input] as const] : [])))
  const { clock, ...options } = file.options as { readonly clock?: { readonly start?: string } }
  const [first] = inputs
  const start = clock?.start ?? (first && formatInstant(first.at))
  const lines: string[] = []
  let now = first?.at ?? 0
  for (const input of inputs) {
    lines.push(...timeUntil(input, now), ...linesOf(input, calls, mock.token, mock.id))
    now = input.at
  }
  const frozen = { clock: { ...(start !== undefined && { start }), frozen: true } }
  return `import { test as base, expect } from 'ricloud-mock/vitest'

const test = base.extend('ricloudOptions', ${code({ ...options, ...frozen })})

// In place of your client.
const call = (method: string, path: string, headers: Record<string, string>, body?: object | string) =>
  fetch(\`${apiUrl}\${path}\`, {
    method,
    headers,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })

test(${code(file.test ?? 'What was recorded')}, async ({ ricloud }) => {
${lines.map((line) => `  ${line}`).join('\n')}
})`
}

/** A move of the clock, where a running one went on. */
const timeUntil = (input: Input, now: Instant): string[] =>
  input.do === 'clock' || input.do === 'resume' || input.at - now < noticed
    ? []
    : [`await ricloud.clock.set(${code(formatInstant(input.at))})`]

function linesOf(input: Input, calls: ReadonlyMap<number, FileCall>, token: string, world: string | null): string[] {
  if (isCall(input)) return callLines(input, calls.get(input.id) as FileCall, token, world)
  const statement = statements[input.do]
  return statement ? [statement(input.with)] : []
}

function callLines(
  { id, with: { method, url, body, headers: sent } }: CallInput,
  { status, decided_by = [] }: FileCall,
  token: string,
  world: string | null,
): string[] {
  const headers = Object.entries(sent).map(
    ([name, value]) => `${code(name)}: ${headerCode(name, String(value), token, world)}`,
  )
  const given = [code(method), code(url), `{ ${headers.join(', ')} }`, ...(body ? [bodyCode(body)] : [])]
  const made = `call(${given.join(', ')})`
  const why = decided_by.length > 0 ? `: ${printableLine(decided_by.join(', '))}` : ''
  if (status === null) return [`// Request ${id} was not answered.`, `void ${made}.catch(() => {})`]
  const line =
    status === 0 ? `await expect(${made}).rejects.toThrow()` : `expect((await ${made}).status).toBe(${status})`
  return [`// Request ${id}${why}`, line]
}

function headerCode(name: string, value: string, token: string, world: string | null): string {
  const sent = name === 'authorization' ? tokenIn(value) : undefined
  if (sent === undefined) return code(value)
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code
  if (sent === token) return '`Token ${ricloud.token}`'
  const prefix = world === null ? '' : `${world}-`
  return code(`Token ${sent.startsWith(prefix) ? sent.slice(prefix.length) : sent}`)
}

function bodyCode(body: string): string {
  try {
    const value: unknown = JSON.parse(body)
    return code(isObject(value) && JSON.stringify(value) === body ? value : body)
  } catch {
    return code(body)
  }
}
