import type { Attribute } from '../engine/attribute.ts'
import { UsageError } from '../engine/errors.ts'
import { token as tokenField } from '../engine/fields.ts'
import { parseOptions } from '../engine/problems.ts'
import { givenSchema } from '../engine/schemas.ts'
import { counted } from '../engine/text.ts'
import { isRecord } from '../engine/values.ts'
import { type Fixture, readFixtures } from './fixtures.ts'
import { type ResourceName, resources } from './resources/index.ts'
import type { ScenarioInput } from './scenario-input.ts'

type Row = Record<string, unknown>

/** What is known of records, by resource and ID: their attributes, and those that others suggest with `~` before their names. */
type Known = ReadonlyMap<string, ReadonlyMap<string, Readonly<Record<string, unknown>>>>

interface KnownToken {
  readonly token: string | undefined
  readonly ids: Readonly<Record<string, unknown>>
  readonly calls: number
}

/** Nothing happens by itself in the world that a recording is played in: what services decided is in the recording. */
export const recordedScenario = {
  scenario: 'recording',
  catalogue: false,
  settings: {
    session_init: '36500d',
    poll_init: '36500d',
    task_duration: '36500d',
    subscription_grant: '36500d',
    webhook_answers: [200],
  },
} as const satisfies ScenarioInput

/** The attribute with the token of calls. */
export const tokenAttribute = 'key.token'

/** Attributes that identify people or organisations, beside secrets. */
export const personal = ['identifier', 'name', 'slug', 'info', 'first_name', 'last_name', 'full_name'] as const

/** The IDs of the caller that an answer tells. */
export function callerIn(method: string, path: string, answer: Readonly<Record<string, unknown>>): Row {
  if (path === '/organisation') return { organisation: answer.id }
  if (path === '/key') return { key: answer.id, organisation: answer.organisation }
  const isOwn = method === 'POST' && (path === '/sessions' || path === '/polls')
  return isOwn ? { key: answer.key, organisation: answer.organisation } : {}
}

/** The ID of a record that something needs and nothing names. */
const unknownId = '00000000-0000-4000-8000-000000000000'
const epoch = '2000-01-01T00:00:00.000000Z'
const emptyList = (url: string) => ({ data: [] as Row[], has_more: false, total_count: 0, url })
const everything = { 'source_type:*': [], 'task_type:*': [], 'data_type:*': [], 'file_type:*': [] }

/** Attributes of records that are only mentioned, where the first value of a choice would be in the way. */
const usual: Readonly<Record<string, Row>> = {
  organisation: { state: 'active', api_version: '2020-02-20', type: undefined },
  source: { state: 'active' },
  session: { state: 'active' },
  poll: { state: 'completed', date_started: epoch, date_completed: epoch },
  task: {
    state: 'succeeded',
    type: 'data',
    target: 'ios_messages.messages',
    poll: unknownId,
    date_started: epoch,
    date_completed: epoch,
  },
  subscription: { state: 'active', poll_payload: { data_types: ['*'] }, interval: 86_400 },
  storage_config: { state: 'valid', url: 'gs://recorded-bucket' },
  webhook_config: { state: 'valid', url: 'https://hooks.example.com', secret: 'recorded-secret' },
  result: { type: 'json', checksum: '0'.repeat(32) },
}

/** The records of a recording as a fixture that loads; what is not recorded has usual values. */
export class RecordedFixture {
  readonly #rows = new Map<string, Map<string, Row>>()
  readonly #known: Known
  /** What is assumed because no call tells it. */
  readonly notes: string[] = []
  /** By the token of calls: that in the fixture. */
  readonly tokens = new Map<string | undefined, string>()
  readonly fixture: Fixture

  constructor(known: Known, tokens: readonly KnownToken[]) {
    this.#known = known
    for (const [name, records] of known) for (const id of records.keys()) this.#row(name, id)
    const [organisation = '1'] = [...(this.#rows.get('organisation')?.keys() ?? [])]
    this.#row('organisation', organisation)
    if (!this.#rows.has('key')) this.#row('key', 1)
    this.#giveTokens(tokens)
    for (const id of [...(this.#rows.get('organisation')?.keys() ?? [])]) this.#complete(id)
    this.fixture = this.#sound()
  }

  /** The row of a record, made with everything that it refers to. */
  #row(name: string, id: unknown): Row {
    const text = String(id)
    const rows = this.#rows.get(name) ?? new Map<string, Row>()
    this.#rows.set(name, rows)
    const made = rows.get(text)
    if (made) return made
    const definition = resources[name as ResourceName]
    const row: Row = { id: definition.id === 'integer' ? Number(text) : text, resource: name }
    rows.set(text, row)
    const known = this.#known.get(name)?.get(text) ?? {}
    const schemas = givenSchema(resources, name).shape
    for (const [attribute, of] of Object.entries<Attribute>({ ...definition.shape })) {
      const isRead = (value: unknown) =>
        value !== undefined && schemas[attribute]?.safeParse(value, parseOptions).success
      const given = [known[attribute], known[`~${attribute}`]].find(isRead)
      row[attribute] = given === undefined ? this.#usual(name, text, attribute, of, known) : given
      if (row[attribute] === undefined) delete row[attribute]
      if (of.type === 'list') row[attribute] = emptyList(`${definition.path}/${text}/${attribute}`)
      const id = isRecord(row[attribute]) && of.type === 'nested' ? (row[attribute] as Row).id : row[attribute]
      if (of.to !== undefined && of.type !== 'list' && id !== null && id !== undefined) this.#row(of.to, id)
      if (of.type === 'nested') row[attribute] = { id }
    }
    // What a task of a poll has in common with it.
    if (name === 'task' && row.poll !== null) {
      const { user, source, session } = this.#row('poll', row.poll)
      Object.assign(row, { user, source, session })
    }
    // A record that is nested without it belongs to what it is nested in.
    if (name.endsWith('_config')) row.organisation ??= Number([...(this.#rows.get('organisation')?.keys() ?? ['1'])][0])
    return row
  }

  #usual(name: string, id: string, attribute: string, of: Attribute, known: Row): unknown {
    const own = usual[name]
    if (own && attribute in own) return own[attribute]
    if (of.isNullable) return null
    if (of.isOptional) return undefined
    const to = of.to ?? ''
    const [first = of.type === 'uuid' ? unknownId : '1'] = [
      ...(this.#rows.get(to)?.keys() ?? this.#known.get(to)?.keys() ?? []),
    ]
    switch (of.type) {
      case 'id':
      case 'nested': {
        const value = Number(known[`~${attribute}`] ?? first)
        return of.type === 'nested' ? { id: value } : value
      }
      case 'uuid':
        return known[`~${attribute}`] ?? first
      case 'choice':
        return of.values?.[0]
      case 'datetime':
        return epoch
      case 'boolean':
        return false
      case 'integer':
        return of.minimum ?? 0
      case 'text':
        if (name === 'result' && attribute === 'url') return `gs://recorded-bucket/${id}`
        return attribute === 'identifier' && name !== 'result' ? `${name}-${id}@example.com` : `recorded-${name}-${id}`
      case 'json':
        return attribute === 'errors'
          ? emptyList(`/polls/${id}/errors`)
          : attribute.startsWith('tasks_')
            ? []
            : attribute === 'config' && name === 'organisation'
              ? { publish_source_files: false }
              : {}
      default:
        return undefined
    }
  }

  /** Gives each token of the calls to a key: the one that its answers tell, or the first one left. */
  #giveTokens(tokens: readonly KnownToken[]): void {
    const keys = () => [...(this.#rows.get('key')?.values() ?? [])]
    const given = new Set<Row>()
    const isUsable = (text: unknown): text is string => tokenField.safeParse(text, parseOptions).success
    // Those whose key is known come first.
    const inOrder = tokens.toSorted((a, b) => Number(b.ids.key !== undefined) - Number(a.ids.key !== undefined))
    for (const [i, { token, ids, calls }] of inOrder.entries()) {
      const own = token !== undefined ? keys().find((key) => key.token === token) : undefined
      let key = own ?? (ids.key === undefined ? undefined : this.#row('key', ids.key))
      if (!key || (given.has(key) && key !== own)) {
        const free = keys().find((one) => !given.has(one) && one.state === 'active')
        const isShared = free === undefined && token === undefined
        key = free ?? (isShared ? keys()[0] : undefined) ?? this.#row('key', this.#freeId('key'))
        const whose =
          token === undefined
            ? `${counted(calls, 'call')} ${calls === 1 ? 'was' : 'were'} recorded without a token`
            : `no call tells whose token ${counted(calls, 'call')} had`
        this.notes.push(`${whose}: key ${key.id} of organisation ${key.organisation} is assumed`)
      }
      if (!given.has(key) && token !== undefined) key.token = isUsable(token) ? token : `recorded-token-${i}`
      given.add(key)
      this.tokens.set(token, String(key.token))
    }
    for (const [id, key] of this.#rows.get('key') ?? []) if (!isUsable(key.token)) key.token = `recorded-key-${id}`
  }

  #freeId = (name: string) => Math.max(0, ...[...(this.#rows.get(name)?.keys() ?? [])].map(Number)) + 1

  /** Nests configs and permissions in their organisation. */
  #complete(id: string): void {
    const row = this.#row('organisation', id)
    const own = (name: string) =>
      [...(this.#rows.get(name)?.values() ?? [])].filter(({ organisation }) => String(organisation) === id)
    if (row.state === 'active' && !own('storage_config').some(({ state }) => state === 'valid')) {
      const config = this.#row('storage_config', this.#freeId('storage_config'))
      config.organisation = row.id
      this.notes.push(`no call shows the storage config of organisation ${id}: a valid one is assumed`)
    }
    const valid = own('storage_config').find(({ state }) => state === 'valid')
    if (valid && row.storage_config_default === null && !this.#known.get('organisation')?.get(id)?.storage_configs)
      row.storage_config_default = valid.id
    for (const [attribute, name, path] of [
      ['storage_configs', 'storage_config', '/configs/storage'],
      ['webhook_configs', 'webhook_config', '/configs/webhook'],
    ] as const) {
      const short = ['id', 'resource', ...(resources[name].nested ?? [])]
      const data = own(name).map((config) =>
        Object.fromEntries(short.map((one) => [one, one === 'credentials' ? {} : config[one]])),
      )
      row[attribute] = { data, has_more: false, total_count: data.length, url: path }
    }
    const permissions = this.#known.get('organisation')?.get(id)?.permissions
    const isRead = givenSchema(resources, 'organisation').shape.permissions?.safeParse(
      permissions,
      parseOptions,
    ).success
    row.permissions = isRead
      ? permissions
      : {
          id: 900_000_000 + Number(id),
          resource: 'organisation_permissions',
          identifier: 'default',
          scopes: everything,
          date_created: epoch,
        }
    if (!isRead) this.notes.push(`no call shows the permissions of organisation ${id}: all scopes are assumed`)
  }

  /** The fixture without the records that contradict others. */
  #sound(): Fixture {
    const lists = Object.entries(resources).flatMap(([name, { fixtures }]) =>
      fixtures === undefined ? [] : [[fixtures, name] as const],
    )
    const fixture: Record<string, Row[]> = Object.fromEntries(
      lists.map(([list, name]) => [list, [...(this.#rows.get(name)?.values() ?? [])]]),
    )
    let left = 0
    for (;;) {
      const problems = problemsOf(fixture as Fixture)
      const places = new Set(problems.map((problem) => /^(\w+\[\d+\])/.exec(problem)?.[1]))
      if (places.size === 0) break
      left += places.size
      for (const [list, rows] of Object.entries(fixture))
        fixture[list] = rows.filter((_, i) => !places.has(`${list}[${i}]`))
      if (places.has(undefined)) throw new UsageError(`The recording gives no fixture: ${problems[0]}`)
    }
    if (left > 0)
      this.notes.push(
        `${counted(left, 'record')} ${left === 1 ? 'contradicts others, and is' : 'contradict others, and are'} left out of the initial state`,
      )
    return Object.fromEntries(Object.entries(fixture).filter(([, rows]) => rows.length > 0))
  }
}

function problemsOf(fixture: Fixture): readonly string[] {
  try {
    readFixtures([fixture])
    return []
  } catch (error) {
    if (error instanceof UsageError && error.problems.length > 0) return error.problems
    throw error
  }
}
