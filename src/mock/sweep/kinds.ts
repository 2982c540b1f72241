import { hostileWebhooks, scenarios } from '../../../scenarios/index.ts'
import { UsageError } from '../../engine/errors.ts'
import { either, nearestFirst, shown } from '../../engine/messages.ts'
import { meanwhile } from '../../ricloud/meanwhile.ts'
import type { SettingsInput } from '../../ricloud/scenario-input.ts'
import { definition, type MockOptions } from '../ricloud.ts'

/** What each kind of fault does to a call. */
export const faults = {
  /** The call is answered with 500, and has no effect. */
  error: { answer: { status: 500 } },
  /** The call is answered with 503, and has no effect. */
  unavailable: { answer: { status: 503 } },
  /** The call is answered with 429 and `Retry-After: 1`, and has no effect. */
  'rate-limited': { answer: { status: 429, retry_after: '1s' } },
  /** The connection is reset before the call has an effect. */
  reset: { close: 'reset' },
  /** The connection is closed without an answer, before the call has an effect. */
  empty: { close: 'empty' },
  /** The call has its effect, and the connection ends in the middle of the answer. */
  cut: { close: 'truncated' },
  /** The call takes 30 s on the virtual clock. */
  slow: { delay: '30s' },
} as const

type FaultKind = keyof typeof faults
type MeanwhileKind = keyof typeof meanwhile
export type WebhookKind = (typeof hostileWebhooks)[number]

/** A kind of fault: what happens to a call, or beside the client right before it, or how the webhooks of a run are sent. */
export type SweepKind = FaultKind | MeanwhileKind | WebhookKind

const callKinds: readonly SweepKind[] = [...Object.keys(faults), ...Object.keys(meanwhile)] as SweepKind[]

/** Every kind of fault, in the order of a report. */
export const allKinds: readonly SweepKind[] = [...callKinds, ...hostileWebhooks]

export const isFault = (kind: SweepKind): kind is FaultKind => Object.hasOwn(faults, kind)
export const isMeanwhile = (kind: SweepKind): kind is MeanwhileKind => Object.hasOwn(meanwhile, kind)
export const isWebhookKind = (kind: SweepKind): kind is WebhookKind => hostileWebhooks.some((one) => one === kind)

/** How the scenario of this name has webhooks sent. Nothing else of it is taken, so that the test stays the same. */
export function deliveryOf(kind: WebhookKind): SettingsInput {
  const { webhook_order, webhook_copies }: SettingsInput = scenarios[kind].settings ?? {}
  return { webhook_order: webhook_order ?? 'sent', webhook_copies: webhook_copies ?? [] }
}

/** Whether each event comes as it should, and a copy beside it, which must change nothing. */
export const isCopied = (kind: SweepKind) => isWebhookKind(kind) && deliveryOf(kind).webhook_copies?.length !== 0

/** Whether the answers to webhooks are scripted, so that none is sent. */
export function areWebhooksScripted({ settings, scenario = 'default' }: MockOptions): boolean {
  const { settings: scripted } = typeof scenario === 'string' ? (definition.scenarios[scenario] ?? {}) : scenario
  return (settings?.webhook_answers ?? scripted?.webhook_answers ?? null) !== null
}

export function requireKinds(kinds: readonly SweepKind[]): void {
  for (const kind of kinds) {
    if (allKinds.includes(kind)) continue
    throw new UsageError(
      `Failed to sweep: no kind of fault is called ${shown(kind)}${nearestFirst(String(kind), allKinds, `there are ${either(allKinds)}`)}`,
    )
  }
}
