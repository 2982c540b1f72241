import { UsageError } from '../../engine/errors.ts'
import { type RequestView, targetOf } from '../../engine/journal.ts'
import { printableLine, shown } from '../../engine/messages.ts'
import { counted } from '../../engine/text.ts'
import type { CopySignature } from '../../engine/webhook.ts'
import type { DeliveryView } from '../../ricloud/rules/webhooks.ts'
import { isCopied, type SweepKind } from './kinds.ts'

/** What the receiver of a test answered to a webhook. */
export interface SweepWebhook {
  /** The event, such as `session.expired`. */
  readonly event: string
  /** How it was signed: `right`, or as none must be accepted. */
  readonly signature: CopySignature
  /** Below 300 if it was accepted; null without an answer. */
  readonly status: number | null
}

/** What the client did about one fault at one call, or about webhooks that are sent as they should not be. */
export interface SweepRun {
  /** The number of the call, from 1, and the call; null if the fault is in the webhooks. */
  readonly number: number | null
  readonly call: string | null
  readonly kind: SweepKind
  /**
   * `passed`, `failed` with an error, `hung` for longer than the timeout, `endless` after ten times as many calls as
   * without a fault and 20 more, or `skipped` because there was nothing that the fault applies to.
   */
  readonly outcome: 'passed' | 'failed' | 'hung' | 'endless' | 'skipped'
  /** How often the client made the call again. */
  readonly retries: number
  /** Why it failed, or was skipped. */
  readonly error: string | null
  /**
   * What was created more often than without the fault: `POST /polls created 2 instead of 1`. If the fault is in the
   * webhooks, also other calls than `GET` that were made more often.
   */
  readonly duplicates: readonly string[]
  /** What the receiver of the test answered, if the fault is in the webhooks. */
  readonly webhooks: readonly SweepWebhook[]
}

export interface SweepReport {
  /** The calls of the test without a fault. */
  readonly calls: readonly string[]
  readonly runs: readonly SweepRun[]
  /**
   * The runs that hung, did not end, created something more often than without the fault, accepted a webhook whose
   * signature is not right, or failed because of a copy of a webhook.
   */
  readonly problems: readonly SweepRun[]
  /** The report as lines of text: the problems first, then a line for each run. */
  readonly text: string
}

/** How a run ended, and what was called and sent in it. */
export interface EndedRun extends Pick<SweepRun, 'outcome' | 'error'> {
  readonly requests: readonly RequestView[]
  readonly deliveries: readonly DeliveryView[]
}

export const lineOf = (request: RequestView) => `${request.method} ${targetOf(request)}`

/** What makes two calls the same. */
const sameness = (request: RequestView) => `${lineOf(request)} ${JSON.stringify(request.body)}`

/** Throws an Error that names the first difference between the calls of two runs without a fault. */
export function requireRepeatable(first: readonly RequestView[], second: readonly RequestView[]): void {
  for (let i = 0; i < Math.max(first.length, second.length); i++) {
    const [one, other] = [first[i], second[i]]
    if (one && other && sameness(one) === sameness(other) && one.status === other.status) continue
    const named = (request: RequestView | undefined) =>
      request
        ? `${printableLine(lineOf(request))} with ${shown(request.body)}, answered with ${request.status}`
        : 'nothing'
    throw new UsageError(
      `Failed to sweep: the test is not repeatable. Its call ${i + 1} was first ${named(one)}, and then ${named(other)}.`,
    )
  }
}

/** What a client did, compared with what it does without a fault. */
export function judged(
  base: readonly RequestView[],
  { requests, deliveries, outcome, error }: EndedRun,
  { number, kind }: { readonly number: number | null; readonly kind: SweepKind },
): SweepRun {
  const struck = number === null ? undefined : base[number - 1]
  const countOf = (of: readonly RequestView[]) =>
    struck ? of.filter((one) => sameness(one) === sameness(struck)).length : 0
  return {
    number,
    call: struck ? lineOf(struck) : null,
    kind,
    outcome,
    retries: Math.max(0, countOf(requests) - countOf(base)),
    error,
    duplicates: struck ? duplicatesIn(base, requests, isCreated) : duplicatesIn(base, requests, isChange),
    webhooks: struck ? [] : webhooksIn(deliveries),
  }
}

const isCreated = ({ status }: RequestView) => status === 201
const isChange = ({ method }: RequestView) => method !== 'GET'

/** What came more often than without a fault, by calls that are the same. */
function duplicatesIn(
  base: readonly RequestView[],
  requests: readonly RequestView[],
  counts: (request: RequestView) => boolean,
): string[] {
  const before = countedIn(base.filter(counts))
  return Array.from(countedIn(requests.filter(counts)), ([same, { first, count }]) => {
    const usual = Math.max(1, before.get(same)?.count ?? 0)
    const made = isCreated(first) ? `created ${count}` : `called ${count} times`
    return count > usual ? [`${lineOf(first)} ${made} instead of ${usual}`] : []
  }).flat()
}

function countedIn(requests: readonly RequestView[]) {
  const counted = new Map<string, { readonly first: RequestView; readonly count: number }>()
  for (const request of requests) {
    const same = sameness(request)
    const { first = request, count = 0 } = counted.get(same) ?? {}
    counted.set(same, { first, count: count + 1 })
  }
  return counted
}

/** The webhooks that were sent. */
export const webhooksIn = (deliveries: readonly DeliveryView[]): SweepWebhook[] =>
  deliveries.flatMap(({ event, attempts }) =>
    attempts
      .filter(({ unsent }) => !unsent)
      .map(({ signature, status }) => ({ event, signature: signature ?? 'right', status })),
  )

const isAccepted = ({ status }: SweepWebhook) => status !== null && status < 300
const isForged = ({ signature }: SweepWebhook) => signature !== 'right'

const isProblem = ({ kind, outcome, duplicates, webhooks }: SweepRun) =>
  outcome === 'hung' ||
  outcome === 'endless' ||
  duplicates.length > 0 ||
  webhooks.some((one) => isForged(one) && isAccepted(one)) ||
  (outcome === 'failed' && isCopied(kind))

export function reportOf(calls: readonly string[], runs: readonly SweepRun[]): SweepReport {
  const problems = runs.filter(isProblem)
  const text = [
    [counted(calls.length, 'call'), counted(runs.length, 'run'), counted(problems.length, 'problem')].join(', '),
    ...problems.map((run) => `problem: ${describeRun(run)}`),
    ...runs.map(describeRun),
  ]
  return { calls, runs, problems, text: text.map(printableLine).join('\n') }
}

function describeRun({ number, call, kind, outcome, retries, error, duplicates, webhooks }: SweepRun): string {
  const struck = number === null ? '' : `${number} ${call}, `
  const why = error === null ? '' : ` (${error})`
  const retried = retries > 0 ? `, ${times('retried', retries)}` : ''
  return [`${struck}${kind}: ${outcome}${why}${retried}`, ...duplicates, ...describeWebhooks(webhooks)].join('; ')
}

function describeWebhooks(webhooks: readonly SweepWebhook[]): string[] {
  const counts = new Map<string, number>()
  for (const webhook of webhooks) {
    const verdict = isAccepted(webhook) ? 'accepted' : `answered with ${webhook.status ?? 'nothing'}`
    const what = `${webhook.event}${isForged(webhook) ? ` with signature ${webhook.signature}` : ''} ${verdict}`
    counts.set(what, (counts.get(what) ?? 0) + 1)
  }
  return Array.from(counts, ([what, count]) => times(what, count))
}

const times = (what: string, count: number) => (count === 1 ? what : `${what} ${count} times`)
