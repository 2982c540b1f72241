import type * as z from 'zod'
import type { Attribute } from '../engine/attribute.ts'
import { either } from '../engine/messages.ts'
import { pathName } from '../engine/place.ts'
import { attributesOf, type Definition, type Definitions } from '../engine/resource.ts'
import { isRecord, valueAt } from '../engine/values.ts'
import type { Bindings } from './bindings.ts'
import { idText, isInteger, isRedacted, typeOf } from './json.ts'

/** One thing that was found in a call. */
export interface Finding {
  readonly verdict: 'contradicts' | 'redacted'
  /** Where in the answer: `data[0].state`. */
  readonly path: string
  /** One line without values of records. */
  readonly text: string
  /** The IDs of the facts that it contradicts. */
  readonly facts: readonly string[]
}

/** Receives whether an attribute of a record agrees with the mock, and returns the IDs of the facts that this decides. */
export type Observe = (
  resource: string,
  attribute: string,
  body: Readonly<Record<string, unknown>>,
  agrees: boolean,
) => readonly string[]

/** The body of a record, list or error. */
export type Body = Readonly<Record<string, unknown>>

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const datetime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/
/** A word that an API may define; anything else may be a value of a user. */
const word = /^[a-z][a-z0-9_.-]{0,39}$/

const shownWord = (value: unknown) => (typeof value === 'string' && word.test(value) ? `"${value}"` : typeOf(value))

/** Whether the state of a record, by its resource and its body, can be compared. */
export type HasState = (resource: string, body: Body) => boolean

/** Compares an answer with the definitions of an API, and with what the mock answered. */
export class AnswerCheck {
  readonly findings: Finding[] = []
  readonly #definitions: Definitions
  readonly #bindings: Bindings
  readonly #observe: Observe
  readonly #hasState: HasState

  constructor(definitions: Definitions, bindings: Bindings, observe: Observe, hasState: HasState) {
    this.#hasState = hasState
    this.#definitions = definitions
    this.#bindings = bindings
    this.#observe = observe
  }

  #removed(path: string): void {
    this.#find(path || 'the answer', 'was removed from the recording', 'redacted')
  }

  #find(path: string, text: string, verdict: Finding['verdict'] = 'contradicts'): false {
    this.findings.push({ verdict, path, text, facts: [] })
    return false
  }

  /** Tells of an attribute, and adds the facts that it decides to what was found since. */
  #tell(resource: string, attribute: string, body: Body, agrees: boolean, since: number): void {
    const facts = this.#observe(resource, attribute, body, agrees)
    if (agrees) return
    for (let i = since; i < this.findings.length; i++) this.findings[i] = { ...(this.findings[i] as Finding), facts }
  }

  /**
   * A record.
   *
   * @param mocked the same record as the mock sent it; undefined if it has none to compare with
   * @param isShort whether it is nested with few attributes
   */
  record(name: string, recorded: unknown, mocked: unknown, path: string, isShort = false): void {
    if (isRedacted(recorded)) return void this.#removed(path)
    if (!isRecord(recorded)) return void this.#find(path, `is ${typeOf(recorded)}; the mock has an object (${name})`)
    const definition = this.#definitions[name] as Definition
    const all = attributesOf(definition)
    const shape: Readonly<Record<string, Attribute>> = {
      id: { type: definition.id === 'uuid' ? 'uuid' : 'id', to: name },
      resource: { type: 'choice', values: [name] },
      ...(isShort
        ? Object.fromEntries((definition.nested ?? []).map((one) => [one, all[one] as Attribute]))
        : definition.shape),
    }
    const own = isRecord(mocked) ? mocked : undefined
    // What follows from a state, such as the date of its end, is comparable in the same state only.
    const isComparable = own !== undefined && own.state === recorded.state
    for (const [attribute, of] of Object.entries(shape)) {
      const where = path === '' ? attribute : `${path}.${attribute}`
      const value = recorded[attribute]
      const isOwn =
        attribute === 'state'
          ? this.#hasState(name, recorded)
          : ['id', 'type'].includes(attribute) || of.type === 'id' || of.type === 'uuid'
      const other = own && (isComparable || isOwn) ? own[attribute] : undefined
      if (value === undefined && of.isOptional) continue
      const since = this.findings.length
      const agrees =
        value === undefined
          ? this.#find(where, `is missing; the mock sends ${kindOf(of)}`)
          : this.#attribute(of, value, other, where)
      // Without the mock's value, one that may be null or not decides nothing.
      if (!agrees || !of.isNullable || value === null || other !== undefined)
        this.#tell(name, attribute, recorded, agrees, since)
      if (of.isSecret && typeof value === 'string' && typeof own?.[attribute] === 'string' && !isRedacted(value))
        this.#bindings.bind(`${name}.${attribute}`, value, own[attribute])
    }
    this.#unknown(recorded, Object.keys(shape), path)
  }

  #unknown(recorded: Body, known: readonly string[], path: string): void {
    for (const name of Object.keys(recorded)) {
      if (known.includes(name)) continue
      const shown = word.test(name) ? name : 'an attribute'
      this.#find(path === '' ? shown : `${path}.${shown}`, `is unknown to the mock (${typeOf(recorded[name])})`)
    }
  }

  #attribute(of: Attribute, recorded: unknown, mocked: unknown, path: string): boolean {
    if (isRedacted(recorded)) {
      // Text may be a secret, which the mock's own journal does not show either.
      if (of.type !== 'text') this.#removed(path)
      return true
    }
    if (recorded === null) {
      if (!of.isNullable) return this.#find(path, `is null; the mock has ${kindOf(of)}`)
      return mocked === undefined || mocked === null
        ? true
        : this.#find(path, `is null; the mock has ${kindOf(of)} here`)
    }
    if (of.type === 'nested' && isRecord(recorded)) {
      this.record(of.to ?? '', recorded, mocked, path)
      return true
    }
    if (of.type === 'list') {
      this.list(of.to ?? '', recorded, mocked, path, of.isShort)
      return true
    }
    if (of.type === 'json') return this.#json(of, recorded, path)
    if (!isOf(of, recorded)) return this.#find(path, differs(of, recorded))
    if (mocked === null) return this.#find(path, `is ${kindOf(of)}; the mock has null here`)
    if (mocked === undefined) return true
    return this.#value(of, recorded, mocked, path)
  }

  #value({ type, to }: Attribute, recorded: unknown, mocked: unknown, path: string): boolean {
    if (type === 'choice' && recorded !== mocked)
      return this.#find(path, `is ${shownWord(recorded)}; the mock has ${shownWord(mocked)}`)
    if (type === 'datetime') this.#bindings.bind('datetime', recorded, mocked)
    const id = isRecord(mocked) ? mocked.id : mocked
    if ((type === 'id' || type === 'uuid' || type === 'nested') && to && !this.#bindings.bind(to, recorded, id))
      return this.#find(path, `refers to another ${to} than in the mock`)
    return true
  }

  #json({ schema, isNullable }: Attribute, recorded: unknown, path: string): boolean {
    const parsed = (schema?.() as z.ZodType | undefined)?.safeParse(recorded, { jitless: true })
    if (!parsed || parsed.success || (isNullable && recorded === null)) return true
    const { issues } = parsed.error
    const left = issues.filter(({ path: inner }) => !isRedacted(valueAt(recorded, inner)))
    if (left.length < issues.length) this.#removed(path)
    if (left.length === 0) return true
    for (const { path: inner, ...issue } of left.slice(0, 5)) {
      const where = pathName([path, ...inner])
      const keys = issue.code === 'unrecognized_keys' ? issue.keys.filter((key) => word.test(key)) : []
      if (issue.code === 'unrecognized_keys')
        this.#find(keys[0] ? `${where}.${keys[0]}` : where, 'is unknown to the mock')
      else this.#find(where, 'is missing, or of another kind than in the mock')
    }
    return false
  }

  /** A list object; elements are matched by their IDs. */
  list(item: string, recorded: unknown, mocked: unknown, path: string, isShort = false): void {
    if (isRedacted(recorded) || (isRecord(recorded) && isRedacted(recorded.data)))
      return void this.#removed(isRedacted(recorded) ? path : path === '' ? 'data' : `${path}.data`)
    if (!isRecord(recorded) || !Array.isArray(recorded.data))
      return void this.#find(
        path === '' ? 'the answer' : path,
        `is ${isRecord(recorded) ? 'no list: it lacks data' : typeOf(recorded)}; the mock sends a list`,
      )
    const at = (name: string) => (path === '' ? name : `${path}.${name}`)
    const kinds: Readonly<Record<string, (value: unknown) => boolean>> = {
      has_more: (value) => typeof value === 'boolean',
      total_count: (value) => isInteger(value) && Number(value) >= 0,
      url: (value) => typeof value === 'string',
    }
    for (const [name, isRight] of Object.entries(kinds)) {
      const value = recorded[name]
      if (isRedacted(value)) {
        this.#removed(at(name))
        continue
      }
      const right = isRight(value)
      const since = this.findings.length
      if (value === undefined) this.#find(at(name), 'is missing; every list of the mock has it')
      else if (!right) this.#find(at(name), `is ${typeOf(value)}, unlike in the mock`)
      if (!right) this.#tell('list', name, recorded, right, since)
    }
    this.#unknown(recorded, ['resource', 'data', ...Object.keys(kinds)], path)
    const own = isRecord(mocked) && Array.isArray(mocked.data) ? mocked.data.filter(isRecord) : []
    const others = this.matched(item, recorded.data, own)
    for (const [i, one] of recorded.data.entries()) this.record(item, one, others[i], at(`data[${i}]`), isShort)
  }

  /** For each recorded element the mock's: the one with its ID; those without one are matched in their order. */
  matched(item: string, recorded: readonly unknown[], own: readonly Body[]): (Body | undefined)[] {
    const idOf = (one: unknown) => (isRecord(one) ? one.id : undefined)
    const free = own.filter(({ id }) => this.#bindings.recorded(item, id) === undefined)
    const byId = new Map(own.map((one) => [idText(one.id), one]))
    const unbound = recorded.filter((one) => this.#bindings.mocked(item, idOf(one)) === undefined)
    const isPlain = unbound.length === free.length
    return recorded.map((one) => {
      const id = this.#bindings.mocked(item, idOf(one))
      return id === undefined ? (isPlain ? free.shift() : undefined) : byId.get(idText(id))
    })
  }

  /** An error. */
  error(codes: readonly string[], recorded: unknown, mocked: unknown): void {
    if (isRedacted(recorded)) return void this.#removed('')
    if (!isRecord(recorded)) return void this.#find('the answer', `is ${typeOf(recorded)}; the mock sends an object`)
    const own = isRecord(mocked) ? mocked : undefined
    const { error, message, params } = recorded
    const isKnown = typeof error === 'string' && codes.includes(error)
    if (error === undefined) this.#find('error', 'is missing; every error of the mock has it')
    else if (isRedacted(error)) this.#removed('error')
    else if (!isKnown) this.#find('error', `is ${shownWord(error)}, which the mock does not know`)
    else if (own && own.error !== error) this.#find('error', `is "${error}"; the mock has ${shownWord(own.error)}`)
    if (typeof message !== 'string')
      this.#find(
        'message',
        message === undefined
          ? 'is missing; every error of the mock has it'
          : `is ${typeOf(message)}; the mock has a string`,
      )
    const isRight =
      params === undefined ||
      isRedacted(params) ||
      (isRecord(params) && Object.values(params).every((all) => Array.isArray(all) || isRedacted(all)))
    if (!isRight) this.#find('params', `is ${typeOf(params)}; the mock has an object of arrays`)
    if (params !== undefined || own?.params !== undefined) {
      if (isRight && own && own.error === error && (params === undefined) !== (own.params === undefined))
        this.#find(
          'params',
          params === undefined
            ? 'is missing; the mock names the parameters at fault'
            : 'is sent; the mock has none here',
        )
      this.#tell('error', 'params', recorded, isRight, this.findings.length - 1)
    }
    this.#unknown(recorded, ['error', 'message', 'params'], '')
  }
}

/** Whether a value has the form of an attribute. */
function isOf({ type, values }: Attribute, value: unknown): boolean {
  switch (type) {
    case 'id':
    case 'integer':
    case 'nested':
      return isInteger(value)
    case 'boolean':
      return typeof value === 'boolean'
    case 'choice':
      return values?.includes(value as string) ?? false
    case 'datetime':
      return typeof value === 'string' && datetime.test(value)
    case 'uuid':
      return typeof value === 'string' && uuid.test(value)
    default:
      return typeof value === 'string' && !isInteger(value)
  }
}

const kinds: Readonly<Record<Attribute['type'], string>> = {
  id: 'an integer ID',
  integer: 'an integer',
  nested: 'a record or its ID',
  boolean: 'a boolean',
  choice: 'a word',
  datetime: 'a datetime',
  uuid: 'a UUID',
  text: 'a string',
  list: 'a list',
  json: 'an object or array',
}

/** The form of an attribute, for messages. */
const kindOf = ({ type, values = [] }: Attribute): string =>
  type === 'choice' && values.length < 8 ? either(values) : kinds[type]

function differs(of: Attribute, value: unknown): string {
  if (of.type === 'choice' && typeof value === 'string')
    return `is ${shownWord(value)}, which the mock does not know: it has ${either(of.values ?? [])}`
  if (typeof value === 'string' && (of.type === 'datetime' || of.type === 'uuid'))
    return `is a string that is not ${kindOf(of)} as the mock sends it`
  return `is ${typeOf(value)}; the mock has ${kindOf(of)}`
}
