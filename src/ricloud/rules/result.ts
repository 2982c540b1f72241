import { readBucketUrl } from '../../engine/buckets.ts'
import { contentTypeOf } from '../../engine/content-type.ts'
import { ApiError, invalidParameter } from '../../engine/errors.ts'
import { move } from '../../engine/lifecycle.ts'
import { md5 } from '../../engine/md5.ts'
import { shown } from '../../engine/messages.ts'
import type { Reason } from '../../engine/reason.ts'
import { messageOf } from '../../engine/thrown.ts'
import { formatInstant, latestInstant, readInstant } from '../../engine/time/instant.ts'
import { actionsFor } from '../../scenario/action.ts'
import type { Poll, Result, StorageConfig, Task } from '../resources/index.ts'
import type { Part } from '../services/retrieval.ts'
import type { Ricloud, World } from '../types.ts'
import { type Caller, findOwn, named } from './access.ts'
import type { RuleModule } from './module.ts'

/** An object for a bucket or a local folder, by the URL of its result. */
interface NewObject {
  readonly url: string
  readonly type: string | null
  readonly bytes: Uint8Array
  readonly md5: string
}

/** Stores objects: all, or none. Returns why they cannot be stored; undefined if they are. */
function storeObjects(world: World, { type }: StorageConfig, objects: readonly NewObject[]) {
  if (type === 'local') {
    try {
      if (!world.localFolder) return 'the mock has no localStorage'
      world.localFolder.write(objects)
      return undefined
    } catch (error) {
      return `${objects[0]?.url} cannot be written, ${messageOf(error)}`
    }
  }
  const placed = objects.flatMap(({ url, type, bytes, md5 }) => {
    const place = readBucketUrl(url)
    return place ? { ...place, type: contentTypeOf(type), bytes, md5 } : []
  })
  const { bucket_bytes } = world.settings
  return world.buckets.put(placed, bucket_bytes)
    ? undefined
    : `the buckets hold at most ${bucket_bytes} bytes, the setting bucket_bytes`
}

/**
 * Writes what a task retrieved to the bucket or local folder of its poll, and then creates the results. Returns false, and
 * does neither, if the storage config is no longer valid, or takes no more (assumed); why is logged.
 */
export function publish(world: World, poll: Poll, task: Task, parts: readonly Part[]): boolean {
  const config = world.tables.storage_config.get(poll.storage_config)
  // In a local folder, worlds with the same seed would replace each other's files.
  const own = config?.type === 'local' && world.id !== null ? `${world.id}/` : ''
  const folder = `${config?.url}${config?.url.endsWith('/') ? '' : '/'}${own}${poll.id}`
  const objects = parts.map((part) => {
    const id = world.random.uuid()
    const url = [folder, '/', id, part.type === null ? '' : `.${part.type}`].join('')
    const { identifier, type, bytes, md5: known } = part
    return { id, identifier, url, type, bytes, md5: known ?? md5(bytes) }
  })
  const problem = config?.state === 'valid' ? storeObjects(world, config, objects) : 'its storage config is not valid'
  if (!config || problem !== undefined) {
    world.log('warn', `Task ${task.id} failed with publish-failed: ${problem}.`)
    return false
  }
  const { type: scheme, signed_urls_enabled, signed_urls_expiry } = config
  const expiry = signed_urls_expiry === null ? world.settings.signed_url_expiry : signed_urls_expiry * 1e6
  for (const { id, url, identifier, type, bytes, md5: checksum } of objects) {
    const date_created = world.clock.stamp()
    const result = world.tables.result.insert({
      id,
      organisation: poll.organisation,
      poll: poll.id,
      task: task.id,
      identifier,
      url,
      type,
      checksum,
      size: bytes.length,
      signed_until:
        signed_urls_enabled && scheme !== 'local'
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
  let hidden: Reason | undefined
  const results = ids.flatMap((id) => {
    try {
      const result = named(world, caller.organisation.id, 'result', id, 'results')
      if (result.state !== 'expired') return result
      faults.push(`names an expired result: ${shown(id)}`)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      faults.push(...(error.params?.results ?? []))
      if (error.reason.rule !== error.code) hidden ??= error.reason
    }
    return []
  })
  if (faults.length > 0) {
    const error = invalidParameter({ results: faults })
    throw hidden ? error.because(hidden) : error
  }
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
  if (place) world.buckets.delete(place)
  else world.localFolder?.delete(result.url)
  return move(world, 'result', result, 'expire', { date_deleted: world.clock.notBefore(result.date_created) })
}

const { action } = actionsFor<Ricloud>()

export const resultRules: RuleModule = {
  actions: {
    'result.consume': action('result', 'consume', 'its client acknowledges it', consumeResult),
    'result.expire': action('result', 'expire', 'a clean-up removes its object from the bucket', expireResult),
  },
}
