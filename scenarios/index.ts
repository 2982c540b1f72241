import type { ScenarioInput } from '../src/ricloud/scenario-input.ts'
import { adminBlock } from './admin-block.ts'
import { bucketBroken } from './bucket-broken.ts'
import { defaultScenario } from './default.ts'
import { emptyScenario } from './empty.ts'
import { flakyService } from './flaky-service.ts'
import { forcedRotation } from './forced-rotation.ts'
import { idleCulling } from './idle-culling.ts'
import { limitExceeded } from './limit-exceeded.ts'
import { missingDataScope } from './missing-data-scope.ts'
import { missingScope } from './missing-scope.ts'
import { organisationEndsSessions } from './organisation-ends-sessions.ts'
import { passwordChanged } from './password-changed.ts'
import { permissionLimits } from './permission-limits.ts'
import { pollPartialFailure } from './poll-partial-failure.ts'
import { pollResults } from './poll-results.ts'
import { pollSessionExpires } from './poll-session-expires.ts'
import { rateLimited } from './rate-limited.ts'
import { relayPairing } from './relay-pairing.ts'
import { resultsAcknowledged } from './results-acknowledged.ts'
import { rotationGrace } from './rotation-grace.ts'
import { serviceExpiry } from './service-expiry.ts'
import { signedUrls } from './signed-urls.ts'
import { sourceLocked } from './source-locked.ts'
import { subscriptionIcloud } from './subscription-icloud.ts'
import { subscriptionRelay } from './subscription-relay.ts'
import { trialKeyExpiry } from './trial-key-expiry.ts'
import { twoFactor } from './two-factor.ts'
import { twoOrganisations } from './two-organisations.ts'
import { unconfiguredToActive } from './unconfigured-to-active.ts'
import { webhookLate } from './webhook-late.ts'
import { webhookOldSignature } from './webhook-old-signature.ts'
import { webhookRetries } from './webhook-retries.ts'
import { webhookReversed } from './webhook-reversed.ts'
import { webhookRotatedSecret } from './webhook-rotated-secret.ts'
import { webhookTwice } from './webhook-twice.ts'
import { webhookWrongSignature } from './webhook-wrong-signature.ts'
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
  'webhook-twice': webhookTwice,
  'webhook-reversed': webhookReversed,
  'webhook-late': webhookLate,
  'webhook-wrong-signature': webhookWrongSignature,
  'webhook-old-signature': webhookOldSignature,
  'webhook-rotated-secret': webhookRotatedSecret,
  'poll-results': pollResults,
  'poll-partial-failure': pollPartialFailure,
  'poll-session-expires': pollSessionExpires,
  'subscription-icloud': subscriptionIcloud,
  'subscription-relay': subscriptionRelay,
  'signed-urls': signedUrls,
  'results-acknowledged': resultsAcknowledged,
  'missing-data-scope': missingDataScope,
  'bucket-broken': bucketBroken,
} satisfies Readonly<Record<string, ScenarioInput>>

export type ScenarioName = keyof typeof scenarios

/** The scenarios whose webhooks a receiver must not trust, or must not take twice or in their order. */
export const hostileWebhooks = [
  'webhook-twice',
  'webhook-reversed',
  'webhook-late',
  'webhook-wrong-signature',
  'webhook-old-signature',
  'webhook-rotated-secret',
] as const satisfies readonly ScenarioName[]
