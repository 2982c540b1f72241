import type { ResourceName } from '../resources/index.ts'
import type { World } from '../types.ts'
import { accountRules } from './account.ts'
import { configRules } from './config.ts'
import { keyRules } from './key.ts'
import type { RuleModule } from './module.ts'
import { organisationRules } from './organisation.ts'
import { pollRules } from './poll-tasks.ts'
import { resultRules } from './result.ts'
import { sessionRules } from './session.ts'
import { sourceRules } from './source.ts'
import { subscriptionRules } from './subscription.ts'
import { userRules } from './user.ts'
import { webhookRules } from './webhooks.ts'

type OnWrite = (world: World, previous: never, next: never) => void

/** All rules, in the order in which documents list their actions. */
const modules: readonly RuleModule[] = [
  organisationRules,
  keyRules,
  userRules,
  sourceRules,
  sessionRules,
  subscriptionRules,
  pollRules,
  resultRules,
  configRules,
  accountRules,
  webhookRules,
]

/** The effects of writes, those of several rules on one resource in their order. */
const onWriteOf = (resource: ResourceName): OnWrite => {
  const effects = modules.flatMap(({ onWrite }) => (onWrite?.[resource] as OnWrite | undefined) ?? [])
  return (...written) => {
    for (const effect of effects) effect(...written)
  }
}

const all = <Part extends keyof RuleModule>(part: Part) =>
  Object.assign({}, ...modules.map((module) => module[part])) as NonNullable<RuleModule[Part]>

export const dueWork = all('dueWork')
export const onWrite = Object.fromEntries(
  modules.flatMap(({ onWrite = {} }) => Object.keys(onWrite).map((name) => [name, onWriteOf(name as ResourceName)])),
) as NonNullable<RuleModule['onWrite']>
export const actions = all('actions')
export const notes = all('notes')
