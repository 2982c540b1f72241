import { accountRules } from './account.ts'
import { configRules } from './config.ts'
import { keyRules } from './key.ts'
import type { RuleModule } from './module.ts'
import { organisationRules } from './organisation.ts'
import { sessionRules } from './session.ts'
import { sourceRules } from './source.ts'
import { userRules } from './user.ts'
import { webhookRules } from './webhooks.ts'

/** All rules, in the order in which documents list their actions. */
const modules: readonly RuleModule[] = [
  organisationRules,
  keyRules,
  userRules,
  sourceRules,
  sessionRules,
  configRules,
  accountRules,
  webhookRules,
]

const all = <Part extends keyof RuleModule>(part: Part) =>
  Object.assign({}, ...modules.map((module) => module[part])) as NonNullable<RuleModule[Part]>

export const dueWork = all('dueWork')
export const onWrite = all('onWrite')
export const actions = all('actions')
