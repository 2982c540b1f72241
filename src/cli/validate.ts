import type { DomainEventView } from '../engine/domain-event.ts'
import { printableLine } from '../engine/messages.ts'
import { parseOptions } from '../engine/problems.ts'
import { messageOf } from '../engine/thrown.ts'
import { formatDuration } from '../engine/time/duration.ts'
import { parseInstant } from '../engine/time/instant.ts'
import { Mock } from '../mock/ricloud.ts'
import { readRicloudScenario, worldProblems } from '../mock/scenario-files.ts'
import type { ScenarioInput } from '../ricloud/scenario-input.ts'
import { type Account, accountSchema, describeAccount, hiddenAccounts } from '../ricloud/services/account.ts'
import type { CommandLine } from './command-line.ts'
import { Output } from './output.ts'

/** The limits of a timeline: in lines, moves of the clock, and microseconds. */
const maxLines = 100
const maxMoves = 1000
const horizon = 366 * 86_400e6

/** Checks scenario files and prints the timeline of each; exit code 1 unless all can be loaded and every step succeeds. */
export async function validate({ words: paths }: CommandLine): Promise<number> {
  if (paths.length === 0) throw new Error('validate needs at least one file.')
  const out = new Output(process.stdout)
  const err = new Output(process.stderr)
  let valid = true
  for (const path of paths) {
    try {
      const scenario = await readRicloudScenario(path, { check: worldProblems })
      const { text, problems } = await timeline(scenario)
      out.print(`${path}: the scenario "${printableLine(scenario.scenario)}" can be loaded\n${text}`)
      for (const problem of problems) err.print(`${path} fails: ${printableLine(problem)}`)
      valid &&= problems.length === 0
    } catch (error) {
      valid = false
      const message = messageOf(error)
      err.print(message.includes(path) ? message : `${path}: ${message}`)
    }
  }
  await Promise.all([out.flush(), err.flush()])
  out.failed.throwIfAborted()
  return valid ? 0 : 1
}

/** What happens as time passes, from a run on a frozen clock; and what waits for an event or a call. */
async function timeline(scenario: ScenarioInput): Promise<{ text: string; problems: readonly string[] }> {
  const mock = new Mock({
    scenario,
    clock: { start: scenario.clock?.start ?? '2020-02-20T12:00:00Z', frozen: true },
    log: () => {},
  })
  await mock.ready
  const start = parseInstant(mock.clock.now()) ?? 0
  const lines: string[] = []
  const line = (at: string, event: string, what: string) =>
    lines.push(`  +${formatDuration((parseInstant(at) ?? 0) - start).padEnd(8)} ${event.padEnd(24)} ${what}`)
  const addEvents = (events: readonly DomainEventView[]) => {
    for (const { at, event, resource } of events) line(at, event, `${resource.resource} ${resource.id}`)
  }
  addEvents(await mock.clock.advance('0s'))
  for (let moves = 0; moves < maxMoves && lines.length < maxLines; moves++) {
    const [next] = mock.clock.upcoming()
    if (!next || (parseInstant(next.at) ?? Infinity) > start + horizon) break
    const events = await mock.clock.advanceToNext()
    if (events.length === 0 && next.action === 'scenario.step') {
      line(next.at, scenario.steps?.[Number(next.id)]?.do ?? '', `step ${Number(next.id) + 1}`)
    }
    addEvents(events)
  }
  const { steps, faults, problems } = mock.scenario.report()
  const accounts = (scenario.accounts ?? []).map((account) => accountSchema.parse(account, parseOptions))
  const waiting = steps
    .filter((_, i) => scenario.steps?.[i]?.on !== undefined)
    .map(({ step }) => `  ${printableLine(step)}`)
  const armed = faults.map(({ fault }) => `  ${fault}`)
  const text = [
    ...(lines.length > 0 ? ['Happens as time passes:', ...lines] : ['Nothing happens as time passes.']),
    ...(lines.length >= maxLines ? ['  and so on'] : []),
    ...(waiting.length > 0 ? ['Waits for an event or a call:', ...waiting] : []),
    ...(accounts.length > 0
      ? ['Accounts:', ...accounts.map((account) => `  ${printableLine(describeAccount(account))}`)]
      : []),
    ...(armed.length > 0 ? ['Faults:', ...armed] : []),
    '',
  ].join('\n')
  return { text, problems: [...hiddenIn(accounts), ...problems] }
}

/** A problem for each account that an earlier one hides. */
const hiddenIn = (accounts: readonly Account[]) =>
  hiddenAccounts(accounts).map(({ hidden, by }) => {
    const [name, other] = [hidden, by].map((i) => `accounts[${i}] (${accounts[i]?.identifier})`)
    return `${name} is never used: ${other} comes before it, and matches all that it matches.`
  })
