import { bytesOfBase64 } from '../../engine/base64.ts'
import { parseInstant } from '../../engine/time/instant.ts'
import type { Payload, PollTaskType, SourceType, TaskError } from '../resources/index.ts'
import type { Account, AccountFile } from './account.ts'
import type { Contents, Document, Entry, Owner } from './contents.ts'
import { dataTypesOf, infoTypesOf, isWildcard, knownTypes, spread, standsFor } from './data-types.ts'

/** A task of a poll, as the service gets it. Times in microseconds. */
export interface Retrieval {
  readonly seed: number
  readonly source: { readonly type: SourceType; readonly identifier: string }
  /** That of the source, or of the source that it is a child of. */
  readonly account: Account | undefined
  readonly type: PollTaskType
  readonly target: string
  readonly since: number | undefined
  /** When the poll was made; nothing is dated later. */
  readonly now: number
  readonly until: number | undefined
  /** Whether data comes with the file that it was read from. */
  readonly withSourceFile: boolean
}

/** What a service returns for a task and becomes a result. */
export interface Part {
  readonly identifier: string
  /** `json`, or the extension of a file if it has one. */
  readonly type: string | null
  readonly bytes: Uint8Array
  /** In lower-case hex, if it is known. */
  readonly md5?: string
}

/** What a service returns for a task, or why it returns nothing. */
export type Retrieved =
  | {
      readonly error: TaskError
      /** The name in the account's `failing` that scripts it. */
      readonly failing?: string
    }
  | { readonly error: null; readonly parts: readonly Part[] }

const day = 86_400e6
/** How far back data goes without `since`, and at most (assumed). */
const usualPeriod = 14 * day
const longestPeriod = 400 * day

const encoder = new TextEncoder()
const json = (value: object) => encoder.encode(JSON.stringify(value))

/** The tasks of a poll: info, data and files, each as given and once (assumed), wildcards replaced by what the source has. */
export function tasksFor(
  { info_types = [], data_types = [], files = [] }: Payload,
  type: SourceType,
  account: Account | undefined,
): { readonly type: PollTaskType; readonly target: string }[] {
  const ofAccount = () => [...dataTypesOf(type), ...Object.keys(account?.data ?? {}).filter((name) => name !== '*')]
  const tasks: { readonly type: PollTaskType; readonly target: string }[] = []
  for (const target of spread(info_types, () => infoTypesOf(type))) tasks.push({ type: 'info', target })
  for (const target of spread(data_types, ofAccount)) tasks.push({ type: 'data', target })
  for (const target of new Set(files)) tasks.push({ type: 'file', target })
  return tasks
}

/**
 * The first data type of a poll that no source of an account has, and those that there can be; undefined if there is none.
 * A type that is scripted to fail is none.
 */
export function unknownType(
  { data_types = [] }: Payload,
  account: Account | undefined,
): { readonly type: string; readonly known: readonly string[] } | undefined {
  const own = Object.keys(account?.data ?? {})
  const failing = Object.keys(account?.failing ?? {})
  const isKnown = (name: string) =>
    [knownTypes, own, failing].some((types) => types.some((type) => standsFor(name, type) || standsFor(type, name)))
  const type = failing.includes('data') ? undefined : data_types.find((name) => !isKnown(name))
  if (type === undefined) return undefined
  const types = [...knownTypes, ...own]
  const known = isWildcard(type) ? types.map((name) => `${name.slice(0, name.lastIndexOf('.'))}.*`) : types
  return { type, known: [...new Set(known)] }
}

/** Retrieves what a task asks for. */
export function retrieve(contents: Contents, wanted: Retrieval): Retrieved {
  const { seed, source, account, type, target, withSourceFile } = wanted
  const failing = Object.entries(account?.failing ?? {}).find(([name]) => name === type || standsFor(name, target))
  if (failing) return { error: failing[1], failing: failing[0] }
  const name = `${source.type} ${source.identifier}`
  const owner = { seed, name, identifier: source.identifier, volume: account?.volume ?? 1 }
  if (type === 'file') {
    const own = account?.files?.[target]
    const file = own === undefined ? contents.file(owner, target) : fileOf(own)
    return file ? { error: null, parts: [{ identifier: target, ...file }] } : { error: 'file-not-found' }
  }
  if (type === 'info') {
    const { devices, ...names } = contents.info(owner)
    const content = infoTypesOf(source.type).includes(target)
      ? { ...names, data: [], devices, ...account?.info }
      : { data: [] }
    return { error: null, parts: [{ identifier: target, type: 'json', bytes: json(content) }] }
  }
  const part = { identifier: target, type: 'json', ...dataOf(contents, owner, wanted) }
  if (!withSourceFile) return { error: null, parts: [part] }
  return { error: null, parts: [part, { identifier: `${target}:source`, ...contents.sourceFile(owner, target) }] }
}

/** A file of an account. */
function fileOf(own: string | AccountFile) {
  if (typeof own === 'string') return { type: null, bytes: encoder.encode(own) }
  return 'base64' in own ? { type: own.type ?? null, bytes: bytesOfBase64(own.base64) } : undefined
}

function dataOf(
  contents: Contents,
  owner: Owner,
  { account, target, since, now, ...period }: Retrieval,
): Pick<Document, 'bytes'> & Partial<Document> {
  const until = Math.min(period.until ?? now, now)
  const own = account?.data?.[target] ?? account?.data?.['*']
  if (!Array.isArray(own)) {
    const earliest = now - longestPeriod
    return contents.document(owner, target, { since: Math.max(since ?? now - usualPeriod, earliest), until })
  }
  const isMeant = (entry: Entry) => {
    const date = entry.date ?? entry.last_visit
    const at = typeof date === 'string' ? parseInstant(date) : undefined
    return at === undefined || (at >= (since ?? -Infinity) && at < until)
  }
  return { bytes: json({ data: own.filter(isMeant) }) }
}
