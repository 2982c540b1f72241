import { UsageError } from '../engine/errors.ts'
import type { Read } from './fixtures.ts'

/**
 * Throws an Error if a record names another that is not there, or one of another organisation or user than its own, or
 * if two share what only one may have.
 */
export function requireSound(fixture: Read): void {
  const fail = (problem: string) => {
    throw new UsageError(`Failed to load the fixture: ${problem}.`, [`fixtures: ${problem}`])
  }
  const users = new Map(fixture.users.map((row) => [row.id, row]))
  const sources = new Map<number | null, Read['sources'][number]>(fixture.sources.map((row) => [row.id, row]))
  const owners = {
    organisation: new Map(fixture.organisations.map(({ id }) => [id, id])),
    'storage config': new Map<number, number>(),
    'webhook config': new Map<number, number>(),
    key: new Map(fixture.keys.map(({ id, organisation }) => [id, organisation])),
    user: new Map(fixture.users.map(({ id, organisation }) => [id, organisation])),
    source: new Map(fixture.sources.map(({ id, user }) => [id, users.get(user)?.organisation])),
  }
  const names = (who: string, kind: keyof typeof owners, id: number | null, organisation: number | undefined) => {
    if (id === null) return
    if (!owners[kind].has(id)) fail(`${who} names ${kind} ${id}, which is not in it`)
    if (owners[kind].get(id) !== organisation) fail(`${who} names ${kind} ${id} of another organisation`)
  }
  for (const { id, storage_configs, webhook_configs } of fixture.organisations) {
    for (const [kind, { data }] of [
      ['storage config', storage_configs],
      ['webhook config', webhook_configs],
    ] as const) {
      for (const config of data) {
        if (owners[kind].has(config.id)) fail(`two organisations have a ${kind} ${config.id}`)
        owners[kind].set(config.id, id)
      }
    }
  }
  for (const row of fixture.organisations) {
    names(`organisation ${row.id}`, 'storage config', row.storage_config_default, row.id)
    names(`organisation ${row.id}`, 'webhook config', row.webhook_config_default, row.id)
  }
  const known = new Set<string>()
  const once = (who: string, what: string, ...identity: readonly (string | number)[]) => {
    const whole = [what, ...identity].join(' ')
    if (known.has(whole)) fail(`${who} has the ${what}`)
    known.add(whole)
  }
  for (const { id, organisation, token, storage_config, webhook_config } of fixture.keys) {
    names(`key ${id}`, 'organisation', organisation, organisation)
    names(`key ${id}`, 'storage config', storage_config, organisation)
    names(`key ${id}`, 'webhook config', webhook_config, organisation)
    once(`key ${id}`, 'token of another key', token)
  }
  for (const { id, organisation, key, identifier } of fixture.users) {
    once(`user ${id}`, 'identifier of another one', 'user', organisation, identifier)
    names(`user ${id}`, 'organisation', organisation, organisation)
    names(`user ${id}`, 'key', key, organisation)
  }
  for (const { id, user, parent, type, identifier } of fixture.sources) {
    once(`source ${id}`, 'identifier of another one', 'source', user, type, identifier)
    const organisation = users.get(user)?.organisation
    names(`source ${id}`, 'user', user, organisation)
    names(`source ${id}`, 'source', parent, organisation)
    const above = sources.get(parent)
    if (above && above.user !== user) fail(`source ${id} is of user ${user}, and its parent of user ${above.user}`)
    if (above && above.parent !== null) fail(`source ${id} is a child of source ${above.id}, which is a child itself`)
  }
  for (const { id, organisation, key, user, source } of fixture.sessions) {
    names(`session ${id}`, 'source', source.id, organisation)
    names(`session ${id}`, 'key', key, organisation)
    const owner = sources.get(source.id)?.user
    if (user !== owner) fail(`session ${id} is of user ${user}, and its source of user ${owner}`)
  }
}
