import { readBucketUrl } from '../../engine/buckets.ts'
import { ApiError, invalidParameter } from '../../engine/errors.ts'
import { move } from '../../engine/lifecycle.ts'
import { shown } from '../../engine/messages.ts'
import { formatInstant, latestInstant, readInstant } from '../../engine/time/instant.ts'
import { actionsFor } from '../../scenario/action.ts'
import type { Poll, Result, Task } from '../resources/index.ts'
import type { Ricloud, World } from '../types.ts'
import { type Caller, findOwn, named } from './access.ts'
import type { RuleModule } from './module.ts'

/** What a task retrieved, for a result of its own. */
export interface Part {
  readonly identifier: string
  readonly type: string | null
  readonly bytes: Uint8Array
}

const contentTypes: Readonly<Record<string, string>> = {
  json: 'application/json',
  png: 'image/png',
  sqlite: 'application/vnd.sqlite3',
  txt: 'text/plain; charset=utf-8',
}

/** The Content-Type of an object (assumed: JSON, or by the extension). */
export const contentTypeOf = (type: string | null) => contentTypes[type ?? 'txt'] ?? 'application/octet-stream'

/**
 * Writes what a task retrieved to the bucket of its poll, and then creates the results. Returns false, and does neither,
 * if the storage config is no longer valid, or the bucket would be full (assumed).
 */
export function publish(world: World, poll: Poll, task: Task, parts: readonly Part[]): boolean {
  const config = world.tables.storage_config.get(poll.storage_config)
  const place = config?.state === 'valid' ? readBucketUrl(config.url) : undefined
  if (!config || !place) return false
  const prefix = place.key === '' || place.key.endsWith('/') ? place.key : `${place.key}/`
  const named = parts.map((part) => {
    const id = world.random.uuid()
    const key = `${prefix}${poll.id}/${id}${part.type === null ? '' : `.${part.type}`}`
    return { ...part, id, key }
  })
  const objects = named.map(({ key, type, bytes }) => ({ bucket: place.bucket, key, type: contentTypeOf(type), bytes }))
  const stored = world.buckets.put(objects, world.settings.bucket_bytes)
  if (!stored) return false
  for (const [i, { id, key, identifier, type, bytes }] of named.entries()) {
    const date_created = world.clock.stamp()
    const { signed_urls_enabled, signed_urls_expiry } = config
    const expiry = signed_urls_expiry === null ? world.settings.signed_url_expiry : signed_urls_expiry * 1e6
    const result = world.tables.result.insert({
      id,
      organisation: poll.organisation,
      poll: poll.id,
      task: task.id,
      identifier,
      url: `${place.scheme}://${place.bucket}/${key}`,
      type,
      checksum: stored[i]?.md5 ?? '',
      size: bytes.length,
      signed_until: signed_urls_enabled
        ? formatInstant(Math.min(readInstant(date_created) + expiry, latestInstant))
        : null,
      state: 'available',
      date_created,
      date_consumed: null,
      date_deleted: null,
    })
    world.emit('result.created', 'result', result)
  }
  return true
}

/** Acknowledges a result: it is `consumed` (documented). Again changes nothing, an expired one is 400 (assumed). */
export function acknowledge(world: World, result: Result, parameter = 'id'): Result {
  if (result.state === 'expired')
    throw invalidParameter({ [parameter]: [`names an expired result: ${shown(result.id)}`] })
  if (result.state === 'consumed') return result
  return consumeResult(world, result)
}

/** Acknowledges several results, or none of them where one is unknown or expired (documented call, the rest assumed). */
export function acknowledgeAll(world: World, caller: Caller, ids: readonly string[]): Result[] {
  const faults: string[] = []
  const results = ids.flatMap((id) => {
    try {
      const result = named(world, caller.organisation.id, 'result', id, 'results')
      if (result.state !== 'expired') return result
      faults.push(`names an expired result: ${shown(id)}`)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      faults.push(...(error.params?.results ?? []))
    }
    return []
  })
  if (faults.length > 0) throw invalidParameter({ results: faults })
  return results.map((result) => acknowledge(world, world.tables.result.get(result.id) ?? result))
}

/** The result of an ID in a path. */
export const ownResult = (world: World, caller: Caller, id: string) => findOwn(world, caller, 'result', id)

function consumeResult(world: World, result: Result): Result {
  return move(world, 'result', result, 'consume', { date_consumed: world.clock.notBefore(result.date_created) })
}

/** A clean-up removes the object of a result from its bucket (documented; never in a client's own). */
function expireResult(world: World, result: Result): Result {
  const place = readBucketUrl(result.url)
  if (place) world.buckets.delete(place.bucket, place.key)
  return move(world, 'result', result, 'expire', { date_deleted: world.clock.notBefore(result.date_created) })
}

const { action } = actionsFor<Ricloud>()

export const resultRules: RuleModule = {
  actions: {
    'result.consume': action('result', 'consume', 'its client acknowledges it', consumeResult),
    'result.expire': action('result', 'expire', 'a clean-up removes its object from the bucket', expireResult),
  },
}
