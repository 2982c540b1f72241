import type { Attribute } from '../engine/attribute.ts'
import { tokenIn } from '../engine/authorization.ts'
import { readIntegerId } from '../engine/fields.ts'
import { attributesOf, type Definition, type Definitions } from '../engine/resource.ts'
import { type Instant, parseInstant } from '../engine/time/instant.ts'
import { isRecord } from '../engine/values.ts'
import type { Body } from './answer-check.ts'
import { jsonOf, type RecordedCall } from './call.ts'
import { idText, isRedacted } from './json.ts'
import type { CallRoute, Routes } from './routes.ts'

/** What a recording shows of one record: the first value of each attribute. */
export type SeenRecord = Readonly<Record<string, unknown>>

/** The records of one resource, by ID as text. */
type SeenRecords = Map<string, Record<string, unknown>>

/** A token of calls, and what is known of its caller. */
export interface SeenToken {
  /** Undefined for calls without a header. */
  readonly token: string | undefined
  /** By resource. */
  readonly ids: Readonly<Record<string, unknown>>
  readonly calls: number
}

/** What a recording says of the state before its first call. */
export interface Seen {
  /** By resource. */
  readonly records: ReadonlyMap<string, ReadonlyMap<string, SeenRecord>>
  readonly tokens: readonly SeenToken[]
}

/** Whose key and organisation a call with this answer was made with, as far as the answer tells. */
export type CallerIn = (method: string, path: string, answer: Body) => Readonly<Record<string, unknown>>

/** Every record in a value, with those that it lies in; not those in JSON attributes, which are of earlier times. */
export function* recordsIn(
  definitions: Definitions,
  value: unknown,
  outer: Body = {},
): Generator<readonly [string, Body, Body]> {
  if (Array.isArray(value)) for (const one of value) yield* recordsIn(definitions, one, outer)
  if (!isRecord(value)) return
  const name =
    typeof value.resource === 'string' && Object.hasOwn(definitions, value.resource) ? value.resource : undefined
  if (name !== undefined && value.id !== undefined) yield [name, value, outer]
  const inner = name === undefined ? outer : { ...value, [name]: value.id }
  const shape = name === undefined ? undefined : definitions[name]?.shape
  for (const [attribute, one] of Object.entries(value)) {
    const type = shape?.[attribute]?.type
    if (!shape || type === 'nested' || type === 'list') yield* recordsIn(definitions, one, inner)
  }
}

/** Whether a refused call had a token that is valid: what it did was refused, and not its caller. */
function isAccepted({ status, caller, headers }: RecordedCall): boolean {
  const header = headers.get('authorization')
  const hasToken = header === undefined ? caller === undefined : tokenIn(header) !== undefined || isRedacted(header)
  return status !== 401 && caller !== null && hasToken
}

/** Reads the state before the first call from the calls. */
export class SeenReader {
  readonly #definitions: Definitions
  readonly #routes: Routes
  readonly #callerIn: CallerIn
  readonly #records = new Map<string, SeenRecords>()
  /** Records that a call of the recording created. */
  readonly #created = new Set<string>()
  /** Records that a call of the recording changed: their states are not those from before any more. */
  readonly #changed = new Set<string>()
  /** How many records were created whose answers are not recorded, by resource. */
  readonly #unseen = new Map<string, number>()
  /** Tokens that a call of the recording made. */
  readonly #made = new Set<unknown>()
  readonly #token: readonly string[]
  readonly #tokens = new Map<string | undefined, { ids: Record<string, unknown>; calls: number }>()

  /** @param token the attribute with the token of calls, after its resource and a dot */
  constructor(definitions: Definitions, routes: Routes, callerIn: CallerIn, token: string) {
    this.#token = token.split('.')
    this.#definitions = definitions
    this.#routes = routes
    this.#callerIn = callerIn
  }

  read(calls: readonly RecordedCall[], start: Instant): Seen {
    for (const call of calls) {
      if (call.skipped !== undefined || call.status >= 500) continue
      const route = this.#routes.of(call)
      const answer = jsonOf(call.answer)
      if (route && call.method !== 'GET' && call.status < 300 && route.resource !== undefined)
        this.#changed.add(`${route.resource} ${idText(route.params.id)}`)
      if (call.status < 300) {
        this.#caller(call, answer)
        if (route) this.#creation(route, call, answer)
        for (const [name, body, outer] of recordsIn(this.#definitions, answer))
          this.#record(name, this.#withoutMadeToken(name, body, call), outer, start)
      } else if (isAccepted(call)) this.#caller(call, undefined)
      if (route && call.status < 400)
        for (const { resource, id, context } of this.#routes.referencesIn(call, route))
          this.#mention(resource, id, context)
    }
    return {
      records: this.#records,
      tokens: Array.from(this.#tokens, ([token, more]) => ({ token, ...more })),
    }
  }

  /** A record without its token, if the call may have made it. */
  #withoutMadeToken(name: string, body: Body, { method, headers }: RecordedCall): Body {
    const [resource, attribute = ''] = this.#token
    const token = body[attribute]
    if (name !== resource || method === 'GET' || token === tokenIn(headers.get('authorization'))) return body
    this.#made.add(token)
    return { ...body, [attribute]: undefined }
  }

  #caller(call: RecordedCall, answer: unknown): void {
    const token = tokenIn(call.headers.get('authorization'))
    if (token !== undefined && this.#made.has(token)) return
    const known = this.#tokens.get(token) ?? { ids: {}, calls: 0 }
    const ids = { ...(call.caller ?? {}), ...(isRecord(answer) ? this.#callerIn(call.method, call.path, answer) : {}) }
    this.#tokens.set(token, { ids: { ...ids, ...known.ids }, calls: known.calls + 1 })
    for (const [resource, id] of Object.entries(ids)) this.#mention(resource, id, ids)
  }

  #creation({ row }: CallRoute, { status }: RecordedCall, answer: unknown): void {
    const name = status === 201 ? row.answers?.[201] : undefined
    if (name === undefined || !Object.hasOwn(this.#definitions, name)) return
    if (isRecord(answer) && answer.id !== undefined) {
      if (!this.#records.get(name)?.has(idText(answer.id))) this.#created.add(`${name} ${idText(answer.id)}`)
    } else this.#unseen.set(name, (this.#unseen.get(name) ?? 0) + 1)
  }

  #isNew(name: string, id: unknown): boolean {
    return this.#created.has(`${name} ${idText(id)}`)
  }

  #known(name: string, id: unknown): Record<string, unknown> {
    const records = this.#records.get(name) ?? new Map<string, Record<string, unknown>>()
    this.#records.set(name, records)
    const record = records.get(idText(id)) ?? { id }
    records.set(idText(id), record)
    return record
  }

  #record(name: string, body: Body, outer: Body, start: Instant): void {
    if (this.#isNew(name, body.id) || isRedacted(body.id)) return
    const created = typeof body.date_created === 'string' ? parseInstant(body.date_created) : undefined
    const isKnown = this.#records.get(name)?.has(idText(body.id))
    if (!isKnown && created !== undefined && created >= start)
      return void this.#created.add(`${name} ${idText(body.id)}`)
    const definition = this.#definitions[name] as Definition
    const record = this.#known(name, body.id)
    const isChanged = this.#changed.has(`${name} ${idText(body.id)}`)
    for (const [attribute, { isNullable, to }] of Object.entries<Attribute>(attributesOf(definition))) {
      // What follows from a state is unknown with it.
      if (isChanged && (attribute === 'state' || (isNullable && to === undefined))) continue
      const value = body[attribute] ?? (attribute in body ? null : outer[attribute])
      if (value !== undefined && record[attribute] === undefined && !isRedacted(value)) record[attribute] = value
    }
    for (const [attribute, { to, type }] of Object.entries(definition.shape)) {
      const value = body[attribute]
      if (to === undefined || value === null || value === undefined || type === 'list' || type === 'nested') continue
      this.#mention(to, value, { ...outer, ...body })
    }
  }

  /** A record of which only the ID is known, and attributes of what mentions it. */
  #mention(resource: string, given: unknown, context: Body): void {
    const definition = this.#definitions[resource]
    if (!definition || isRedacted(given) || this.#isNew(resource, given)) return
    const id = definition.id === 'integer' ? readIntegerId(String(given)) : given
    if (id === undefined || this.#records.get(resource)?.has(idText(id))) return
    const unseen = this.#unseen.get(resource) ?? 0
    if (unseen > 0) {
      this.#unseen.set(resource, unseen - 1)
      this.#created.add(`${resource} ${idText(id)}`)
      return
    }
    const record = this.#known(resource, id)
    for (const [attribute, { to, type }] of Object.entries(attributesOf(definition)))
      if (
        to !== undefined &&
        type !== 'list' &&
        context[attribute] !== undefined &&
        attribute !== resource &&
        !isRecord(context[attribute])
      )
        record[`~${attribute}`] ??= context[attribute]
  }
}
