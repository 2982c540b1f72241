import * as z from 'zod'
import { dueWorkFor } from '../../engine/due-work.ts'
import { move } from '../../engine/lifecycle.ts'
import { fingerprintOf } from '../../engine/past-tokens.ts'
import { formatInstant, parseInstant } from '../../engine/time/instant.ts'
import { actionsFor } from '../../scenario/action.ts'
import { ricloudErrors } from '../errors.ts'
import { reasons } from '../reasons.ts'
import type { Key } from '../resources/index.ts'
import type { Ricloud, World } from '../types.ts'
import { type Caller, named } from './access.ts'
import type { RuleModule } from './module.ts'

export interface KeyChanges {
  readonly storage_config?: number | null | undefined
  readonly webhook_config?: number | null | undefined
  readonly config?: { readonly publish_source_files?: boolean | undefined } | undefined
}

/** The length of a token, in letters and digits (assumed). */
const tokenLength = 64

/** Creates a standard, active key of the caller's organisation (assumed: the pages have no parameter for either). */
export function createKey(world: World, caller: Caller, wanted: KeyChanges): Key {
  const key = world.tables.key.insert({
    id: world.tables.key.nextId(),
    organisation: caller.organisation.id,
    type: 'standard',
    config: {},
    storage_config: null,
    webhook_config: null,
    ...checked(world, caller.organisation.id, wanted),
    token: world.random.text(tokenLength),
    tokens_in_grace: [],
    state: 'active',
    date_created: world.clock.stamp(),
    date_expires: null,
  })
  return world.emit('key.created', 'key', key)
}

/** Changes the configs; null means the organisation's default (documented). */
export function updateKey(world: World, key: Key, changes: KeyChanges): Key {
  return world.tables.key.update(key, checked(world, key.organisation, changes))
}

function checked(
  world: World,
  organisation: number,
  { storage_config, webhook_config, config }: KeyChanges,
): Partial<Key> {
  if (storage_config) named(world, organisation, 'storage_config', storage_config, 'storage_config')
  if (webhook_config) named(world, organisation, 'webhook_config', webhook_config, 'webhook_config')
  const publish = config?.publish_source_files
  return {
    ...(storage_config !== undefined && { storage_config }),
    ...(webhook_config !== undefined && { webhook_config }),
    ...(config && { config: publish === undefined ? {} : { publish_source_files: publish } }),
  }
}

/**
 * Gives a key a new token. The replaced one works for the setting `rotation_grace`, 6 hours by default (documented), and
 * tokens replaced earlier keep their own 6 hours (assumed). With `force` all of them are revoked at once (documented for
 * the present one, assumed for the others). Throws 403 for a key that is not active (assumed).
 */
export function rotateKey(world: World, key: Key, force: boolean): Key {
  if (key.state !== 'active') {
    throw ricloudErrors.keyNotRotated(key.id, key.state).because(reasons.closed('key', key, 'key.not_active'))
  }
  const replaced = key.token
  const next = world.tables.key.update(key, {
    token: world.random.text(tokenLength),
    tokens_in_grace: force ? [] : [...key.tokens_in_grace, replaced],
  })
  const now = world.clock.now()
  world.pastTokens.replace(replaced, key.id, now)
  if (force) for (const token of [...key.tokens_in_grace, replaced]) world.pastTokens.revoke(token, now)
  else {
    world.schedule(world.clock.now() + world.settings.rotation_grace, 'key.revoke_token', key.id, { token: replaced })
  }
  return world.emit('key.rotated', 'key', next)
}

/** Revokes a replaced token at the end of its grace period. */
export function revokeToken(world: World, key: Key, { token }: { token: string }): void {
  const tokens_in_grace = key.tokens_in_grace.filter((other) => other !== token)
  world.pastTokens.revoke(token, world.clock.now())
  world.emit('key.token_revoked', 'key', world.tables.key.update(key, { tokens_in_grace }))
}

/** Schedules the expiry of a key at its `date_expires` (documented for trial keys). */
export function planExpiry(world: World, key: Key, previous: Key | undefined): void {
  const { date_expires } = key
  if (!date_expires || date_expires === previous?.date_expires) return
  const at = parseInstant(date_expires)
  if (at === undefined) throw new Error(`date_expires of key ${key.id} is not a datetime: ${date_expires}`)
  world.schedule(at, 'key.expire', key.id, { date_expires })
}

export function expireKey(world: World, key: Key): Key {
  return move(world, 'key', key, 'expire')
}

const { action, moveBy } = actionsFor<Ricloud>()
const dueWork = dueWorkFor<Ricloud>()

/** The tokens that a rotation replaced and that still work, told apart by four characters that say nothing about them. */
function tokensInGrace(world: World, { id, tokens_in_grace }: Key) {
  const ends = new Map(
    Array.from(world.time.queue).flatMap(({ action, id: of, at, with: { token } }) =>
      action === 'key.revoke_token' && of === id ? [[token, formatInstant(at)]] : [],
    ),
  )
  return tokens_in_grace.map((token) => {
    const replaced = world.pastTokens.find(token)?.replaced
    return {
      fingerprint: fingerprintOf(token),
      replaced: replaced === undefined ? null : formatInstant(replaced),
      ends: ends.get(token) ?? null,
    }
  })
}

export const keyRules: RuleModule = {
  notes: {
    key: (world, key): Readonly<Record<string, unknown>> =>
      key.tokens_in_grace.length > 0 ? { grace: tokensInGrace(world, key) } : {},
  },
  onWrite: {
    key: (world, previous, next) => next && planExpiry(world, next, previous),
  },
  dueWork: {
    'key.expire': dueWork(
      'key',
      (key, { with: details }) => key.state !== 'expired' && key.date_expires === details.date_expires,
      expireKey,
    ),
    'key.revoke_token': dueWork(
      'key',
      (key, { with: { token } }) => key.tokens_in_grace.includes(String(token)),
      revokeToken,
    ),
  },
  actions: {
    'key.rotate': action(
      'key',
      'rotate',
      'it gets a new token; `force: true` revokes the old one at once',
      (world, key, { force }) => rotateKey(world, key, force),
      z.strictObject({
        force: z
          .boolean()
          .default(false)
          .meta({ labels: { false: 'with grace', true: 'by force' } }),
      }),
      ['active'],
    ),
    'key.expire': action('key', 'expire', 'it expires', expireKey),
    'key.deactivate': moveBy('key', 'deactivate', 'its owner deactivates it'),
    'key.block': moveBy('key', 'block', 'an administrator blocks it'),
    'key.reactivate': moveBy('key', 'reactivate', 'it is `active` again'),
  },
}
