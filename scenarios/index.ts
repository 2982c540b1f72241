import type { ScenarioInput } from '../src/ricloud/scenario-input.ts'
import { adminBlock } from './admin-block.ts'
import { defaultScenario } from './default.ts'
import { emptyScenario } from './empty.ts'
import { flakyService } from './flaky-service.ts'
import { forcedRotation } from './forced-rotation.ts'
import { idleCulling } from './idle-culling.ts'
import { limitExceeded } from './limit-exceeded.ts'
import { missingScope } from './missing-scope.ts'
import { organisationEndsSessions } from './organisation-ends-sessions.ts'
import { passwordChanged } from './password-changed.ts'
import { permissionLimits } from './permission-limits.ts'
import { rateLimited } from './rate-limited.ts'
import { relayPairing } from './relay-pairing.ts'
import { rotationGrace } from './rotation-grace.ts'
import { serviceExpiry } from './service-expiry.ts'
import { sourceLocked } from './source-locked.ts'
import { trialKeyExpiry } from './trial-key-expiry.ts'
import { twoFactor } from './two-factor.ts'
import { twoOrganisations } from './two-organisations.ts'
import { unconfiguredToActive } from './unconfigured-to-active.ts'
import { webhookRetries } from './webhook-retries.ts'
import { wrongPassword } from './wrong-password.ts'

/** The built-in scenarios, by name. */
export const scenarios = {
  default: defaultScenario,
  empty: emptyScenario,
  'two-organisations': twoOrganisations,
  'two-factor': twoFactor,
  'wrong-password': wrongPassword,
  'source-locked': sourceLocked,
  'service-expiry': serviceExpiry,
  'password-changed': passwordChanged,
  'idle-culling': idleCulling,
  'organisation-ends-sessions': organisationEndsSessions,
  'admin-block': adminBlock,
  'rotation-grace': rotationGrace,
  'forced-rotation': forcedRotation,
  'trial-key-expiry': trialKeyExpiry,
  'missing-scope': missingScope,
  'limit-exceeded': limitExceeded,
  'permission-limits': permissionLimits,
  'rate-limited': rateLimited,
  'flaky-service': flakyService,
  'relay-pairing': relayPairing,
  'unconfigured-to-active': unconfiguredToActive,
  'webhook-retries': webhookRetries,
} satisfies Readonly<Record<string, ScenarioInput>>

export type ScenarioName = keyof typeof scenarios
