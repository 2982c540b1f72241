import type { Attribute } from '../engine/attribute.ts'
import { UsageError } from '../engine/errors.ts'
import { type Records, type ResourceName, resources } from './resources/index.ts'

type Loaded = { readonly [Name in ResourceName]: readonly Records[Name][] }

const nounOf = (name: string) => name.replace('_', ' ')

/**
 * Throws an Error if a record refers to one that does not exist or that another organisation or user owns, or if two
 * records have the same unique value.
 */
export function requireSound(records: Loaded): void {
  const fail = (problem: string) => {
    throw new UsageError(`Failed to load the fixture: ${problem}.`, [`fixtures: ${problem}`])
  }
  const sources = new Map(records.source.map((row) => [row.id as number | null, row]))
  const organisationsOfUsers = new Map(records.user.map(({ id, organisation }) => [id, organisation]))
  const ownerOf = (name: ResourceName, row: Records[ResourceName]) => {
    if (name === 'source') return organisationsOfUsers.get((row as Records['source']).user)
    return 'organisation' in row ? row.organisation : (row.id as number)
  }
  const names = Object.keys(resources) as ResourceName[]
  const owners = Object.fromEntries(
    names.map((name) => [
      name,
      new Map((records[name] as readonly Records[ResourceName][]).map((row) => [row.id, ownerOf(name, row)])),
    ]),
  )
  /** Throws an Error unless `id` is null, or a record of the same owner. */
  const check = (
    name: ResourceName,
    row: { readonly id: string | number },
    to: string,
    id: unknown,
    owner: unknown,
  ) => {
    if (id === null || id === undefined) return
    const known = owners[to]
    const who = `${nounOf(name)} ${row.id} names ${nounOf(to)} ${id}`
    if (!known?.has(id as number)) fail(`${who}, which is not in it`)
    if (known?.get(id as number) !== owner) fail(`${who} of another organisation`)
  }
  for (const name of ['storage_config', 'webhook_config'] as const) {
    const known = new Set<number>()
    for (const { id } of records[name]) {
      if (known.has(id)) fail(`two organisations have a ${nounOf(name)} ${id}`)
      known.add(id)
    }
  }
  const known = new Set<string>()
  const requireUnique = (who: string, what: string, ...values: readonly (string | number)[]) => {
    const key = [what, ...values].join(' ')
    if (known.has(key)) fail(`${who} has the ${what}`)
    known.add(key)
  }
  for (const { id, storage_config_default, webhook_config_default } of records.organisation) {
    check('organisation', { id }, 'storage_config', storage_config_default, id)
    check('organisation', { id }, 'webhook_config', webhook_config_default, id)
  }
  for (const row of records.key) {
    check('key', row, 'organisation', row.organisation, row.organisation)
    check('key', row, 'storage_config', row.storage_config, row.organisation)
    check('key', row, 'webhook_config', row.webhook_config, row.organisation)
    requireUnique(`key ${row.id}`, 'token of another key', row.token)
  }
  for (const row of records.user) {
    requireUnique(`user ${row.id}`, 'identifier of another one', 'user', row.organisation, row.identifier)
    check('user', row, 'organisation', row.organisation, row.organisation)
    check('user', row, 'key', row.key, row.organisation)
  }
  for (const row of records.source) {
    const { id, user, parent, type, identifier } = row
    requireUnique(`source ${id}`, 'identifier of another one', 'source', user, type, identifier)
    check('source', row, 'user', user, ownerOf('source', row))
    check('source', row, 'source', parent, ownerOf('source', row))
    const parentSource = sources.get(parent)
    if (!parentSource) continue
    if (parentSource.user !== user) {
      fail(`source ${id} is of user ${user}, and its parent of user ${parentSource.user}`)
    }
    if (parentSource.parent !== null) {
      fail(`source ${id} is a child of source ${parentSource.id}, which is a child itself`)
    }
  }
  for (const row of records.session) {
    check('session', row, 'source', row.source, row.organisation)
    check('session', row, 'key', row.key, row.organisation)
    const owner = sources.get(row.source)?.user
    if (row.user !== owner) fail(`session ${row.id} is of user ${row.user}, and its source of user ${owner}`)
  }
  // All attributes that the definitions declare as IDs of other records.
  for (const name of names) {
    if (name === 'organisation') continue
    for (const row of records[name] as readonly Records[ResourceName][]) {
      for (const [attribute, { to, isComputed }] of Object.entries<Attribute>(resources[name].shape)) {
        if (to && !isComputed) check(name, row, to, row[attribute as keyof typeof row], ownerOf(name, row))
      }
    }
  }
}
