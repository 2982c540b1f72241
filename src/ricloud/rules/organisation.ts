import { move } from '../../engine/lifecycle.ts'
import { actionsFor } from '../../scenario/action.ts'
import type { Organisation } from '../resources/index.ts'
import type { Ricloud, World } from '../types.ts'
import { type Caller, named } from './access.ts'
import { acceptConfig } from './config.ts'
import type { RuleModule } from './module.ts'

export interface OrganisationChanges {
  readonly name?: string | undefined
  readonly storage_config_default?: number | null | undefined
  readonly webhook_config_default?: number | null | undefined
  readonly config?: { readonly publish_source_files?: boolean | undefined } | undefined
}

/** Changes the given attributes; the slug stays that of the first name (both documented). */
export function updateOrganisation(world: World, caller: Caller, changes: OrganisationChanges): Organisation {
  const { organisation } = caller
  const { name, storage_config_default, webhook_config_default, config } = changes
  if (storage_config_default)
    named(world, organisation.id, 'storage_config', storage_config_default, 'storage_config_default')
  if (webhook_config_default)
    named(world, organisation.id, 'webhook_config', webhook_config_default, 'webhook_config_default')
  return world.tables.organisation.update(organisation, {
    ...(name !== undefined && { name }),
    ...(storage_config_default !== undefined && { storage_config_default }),
    ...(webhook_config_default !== undefined && { webhook_config_default }),
    ...(config?.publish_source_files !== undefined && {
      config: { publish_source_files: config.publish_source_files },
    }),
  })
}

function hasValidStorage(world: World, organisation: number): boolean {
  return world.tables.storage_config.count({ owners: [organisation], where: { state: ['valid'] } }) > 0
}

/** Makes an organisation `active` if it has a valid storage config (documented), otherwise `unconfigured` (assumed). */
export function followConfigs(world: World, id: number): void {
  const organisation = world.tables.organisation.get(id)
  if (!organisation) return
  const valid = hasValidStorage(world, id)
  if (valid && organisation.state === 'unconfigured') move(world, 'organisation', organisation, 'configure')
  if (!valid && organisation.state === 'active') move(world, 'organisation', organisation, 'unconfigure')
}

/** Gives an unconfigured organisation a valid storage config as its default, which makes it `active` (documented). */
export function configureOrganisation(world: World, organisation: Organisation): void {
  const { storage_config } = world.tables
  const config = storage_config.insert({
    id: storage_config.nextId(),
    organisation: organisation.id,
    type: 'gs',
    url: 'gs://my-storage-bucket',
    has_credentials: true,
    signed_urls_enabled: false,
    signed_urls_expiry: null,
    state: 'new',
    date_created: world.clock.stamp(),
  })
  world.tables.organisation.update(organisation, { storage_config_default: config.id })
  acceptConfig(world, world.emit('storage_config.created', 'storage_config', config))
}

/** Makes a deactivated or blocked organisation `active`, or `unconfigured` if it has no valid storage config. */
export function reactivateOrganisation(world: World, organisation: Organisation): Organisation {
  const state = hasValidStorage(world, organisation.id) ? 'active' : 'unconfigured'
  return move(world, 'organisation', organisation, 'reactivate', {}, state)
}

const { action, moveBy } = actionsFor<Ricloud>()

export const organisationRules: RuleModule = {
  onWrite: {
    storage_config: (world, previous, next) => {
      const organisation = (next ?? previous)?.organisation
      if (organisation !== undefined) world.afterEvent(() => followConfigs(world, organisation))
    },
  },
  actions: {
    'organisation.configure': action(
      'organisation',
      'configure',
      'it gets a valid storage config',
      configureOrganisation,
    ),
    'organisation.deactivate': moveBy('organisation', 'deactivate', 'its owner deactivates it'),
    'organisation.block': moveBy('organisation', 'block', 'an administrator blocks it'),
    'organisation.reactivate': action(
      'organisation',
      'reactivate',
      'it is `active` again, or `unconfigured` without a valid storage config',
      reactivateOrganisation,
    ),
  },
}
