import { UsageError } from '../../engine/errors.ts'
import { matcherOf } from '../../engine/faults.ts'
import type { RequestView } from '../../engine/journal.ts'
import { printableLine, shown } from '../../engine/messages.ts'
import { requireOptions } from '../../engine/options.ts'
import { type Duration, parseDuration } from '../../engine/time/duration.ts'
import type { CallPattern } from '../../scenario/vocabulary.ts'
import { apiUrl, definition, type MockOptions } from '../ricloud.ts'
import { allKinds, areWebhooksScripted, isWebhookKind, requireKinds, type SweepKind } from './kinds.ts'
import { judged, lineOf, reportOf, requireRepeatable, type SweepReport, type SweepRun, webhooksIn } from './report.ts'
import { mostCalls, runOnce, type SweepContext, type SweepTestOf } from './run.ts'
import { SweepScope } from './scope.ts'

/** A test to sweep: the client's code, and what must hold after it. */
export type SweepTest = (context: SweepContext) => unknown

export interface SweepOptions extends Omit<MockOptions, 'strict' | 'worlds' | 'journal'> {
  /** The calls to strike: their numbers, from 1, or patterns such as `POST /polls` and `GET /users/*`; by default all. */
  readonly calls?: readonly (number | CallPattern)[] | undefined
  /** The kinds of faults; by default all. */
  readonly kinds?: readonly SweepKind[] | undefined
  /** The limit of runs; 1,000 by default. */
  readonly runs?: number | undefined
  /** How many runs go on at the same time; 8 by default. */
  readonly parallel?: number | undefined
  /** The real time after which a run counts as hung; `5s` by default. */
  readonly timeout?: Duration | undefined
}

/**
 * Runs a test without a fault, and then once for each of its calls and each kind of fault, each time with a mock of its
 * own, whose clock is frozen. If webhooks of the test are answered without a fault, it also runs once for each way in
 * which they are sent as they should not be. The test must make all its calls with the `fetch` that it gets.
 *
 * @throws an Error if the test fails without a fault, makes no call, makes other calls when it is repeated, or needs more
 *   runs than the limit; or if an option is invalid
 */
export function sweep(test: SweepTest, options: SweepOptions = {}): Promise<SweepReport> {
  return sweepThrough((context) => test(context), options)
}

/** As `sweep`. */
export async function sweepThrough(test: SweepTestOf, options: SweepOptions): Promise<SweepReport> {
  const { calls, kinds, runs = 1000, parallel = 8, timeout = '5s', ...world } = requireOptions(options, 'sweep')
  requireKinds(kinds ?? [])
  for (const call of calls ?? []) requirePattern(call)
  requirePositive({ runs, parallel })
  const patience = parseDuration(timeout) / 1000
  const scope = new SweepScope()
  try {
    const clean = () => runOnce(test, world, { scope, patience, most: mostCalls })
    const base = await clean()
    if (base.outcome !== 'passed') {
      const reasons = { hung: `it took more than ${timeout}`, endless: `it made more than ${mostCalls} calls` }
      const why = base.error ?? reasons[base.outcome as keyof typeof reasons]
      throw new UsageError(`Failed to sweep: the test ${ended[base.outcome]} without a fault: ${why}.`)
    }
    if (base.requests.length === 0) {
      throw new UsageError(
        `Failed to sweep: the test made no call to the mock. Where calls are intercepted (the fixture \`sweep\`, \`setupRicloud().listen().sweep(test)\`), its client must call ${apiUrl}, or the option \`baseUrl\`; with \`sweep(test)\` of ricloud-mock/node it must use the \`fetch\` that it gets; a command must call RICLOUD_URL.`,
      )
    }
    requireRepeatable(base.requests, (await clean()).requests)
    const isReceiver = webhooksIn(base.deliveries).some(({ status }) => status !== null) && !areWebhooksScripted(world)
    const struck = calls ?? base.requests.map((_, i) => i + 1)
    const numbers = [...new Set(struck.flatMap((call) => numbersOf(call, base.requests)))]
    const chosen = kinds ?? allKinds.filter((kind) => !isWebhookKind(kind) || (isReceiver && !calls))
    const [webhookKinds, callKinds] = [chosen.filter(isWebhookKind), chosen.filter((kind) => !isWebhookKind(kind))]
    const wanted: { readonly number: number | null; readonly kind: SweepKind }[] = [
      ...numbers.flatMap((number) => callKinds.map((kind) => ({ number, kind }))),
      ...webhookKinds.map((kind) => ({ number: null, kind })),
    ]
    if (wanted.length > runs) {
      throw new UsageError(
        `Failed to sweep: ${numbers.length} calls and ${chosen.length} kinds of faults need ${wanted.length} runs, and the limit is ${runs}: choose \`calls\` or \`kinds\`, or allow more \`runs\`.`,
      )
    }
    const most = Math.min(mostCalls, base.requests.length * 10 + 20)
    const done: SweepRun[] = []
    const queue = wanted.entries()
    let hung = 0
    const work = async () => {
      for (const [i, plan] of queue) {
        const why = hung >= mostHung ? tooManyHung : plan.number === null && !isReceiver ? noWebhook : undefined
        const run = why ? skipped(why) : await runOnce(test, world, { scope, patience, most, ...plan })
        if (run.outcome === 'hung') hung++
        done[i] = judged(base.requests, run, plan)
      }
    }
    await Promise.all(Array.from({ length: Math.min(parallel, wanted.length) }, work))
    return reportOf(base.requests.map(lineOf), done)
  } finally {
    scope.end()
  }
}

/** How a run without a fault ended, in a sentence. */
const ended = { passed: 'passed', skipped: 'was skipped', failed: 'failed', hung: 'hung', endless: 'did not end' }

/** After how many runs that hung no more are begun, since each takes the whole timeout. */
const mostHung = 10
const tooManyHung = `${mostHung} runs hung before`
const noWebhook = 'the test answered no webhook without a fault'
const skipped = (error: string) => ({ outcome: 'skipped', error, requests: [], deliveries: [] }) as const

function requirePattern(call: unknown): void {
  if (typeof call === 'number') return
  const { error } = definition.language.callPattern.safeParse(call)
  if (error) throw new UsageError(`Failed to sweep: calls: ${error.issues[0]?.message}`)
}

/** The numbers of the calls that are meant: one, or all that match a pattern. */
function numbersOf(call: number | CallPattern, requests: readonly RequestView[]): number[] {
  const matches = typeof call === 'number' ? undefined : matcherOf(call)
  const numbers = requests.flatMap(({ method, path }, i) =>
    (matches?.(method, path) ?? call === i + 1) ? [i + 1] : [],
  )
  if (numbers.length > 0) return numbers
  throw new UsageError(
    `Failed to sweep: there is no call ${shown(call)}; the test made ${requests.length}: ${requests.slice(0, 10).map(lineOf).map(printableLine).join(', ')}${requests.length > 10 ? ', …' : ''}.`,
  )
}

function requirePositive(numbers: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (Number.isInteger(value) && (value as number) > 0) continue
    throw new UsageError(`Failed to sweep: ${name} must be a positive integer, got ${shown(value)}.`, [])
  }
}
