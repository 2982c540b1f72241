import type { DomainEventView } from '../engine/domain-event.ts'
import { formatDuration, parseInstant } from '../engine/time/clock.ts'
import { Mock } from '../mock/mock.ts'
import { loadScenario } from '../scenario/loader.ts'
import type { ScenarioInput } from '../scenario/types.ts'
import type { Line } from './line.ts'
import { Output } from './output.ts'

/** How many lines of a timeline are shown, how many moves of the clock are made for them, and how far they go. */
const mostLines = 100
const mostMoves = 1000
const horizon = 366 * 86_400e6

/** Checks scenario files, and prints the timeline of each; 1 unless all can be loaded and go right. */
export async function validate({ words: paths }: Line): Promise<number> {
  if (paths.length === 0) throw new Error('validate needs at least one file.')
  const out = new Output(process.stdout)
  const err = new Output(process.stderr)
  let valid = true
  for (const path of paths) {
    try {
      const scenario = await loadScenario(path)
      const { text, problems } = await timeline(scenario)
      out.print(`${path}: the scenario "${scenario.scenario}" can be loaded\n${text}`)
      for (const problem of problems) err.print(`${path} goes wrong: ${problem}`)
      valid &&= problems.length === 0
    } catch (error) {
      valid = false
      const { message } = error as Error
      err.print(message.includes(path) ? message : `${path}: ${message}`)
    }
  }
  await Promise.all([out.written(), err.written()])
  return valid ? 0 : 1
}

/** What will happen by itself, played through on a frozen clock; and what waits for an event or a call. */
async function timeline(scenario: ScenarioInput): Promise<{ text: string; problems: readonly string[] }> {
  const mock = new Mock({
    scenario,
    clock: { start: scenario.clock?.start ?? '2020-02-20T12:00:00Z', frozen: true },
    log: () => {},
  })
  await mock.ready
  const began = parseInstant(mock.clock.now()) ?? 0
  const lines: string[] = []
  const line = (at: string, event: string, what: string) =>
    lines.push(`  +${formatDuration((parseInstant(at) ?? 0) - began).padEnd(8)} ${event.padEnd(24)} ${what}`)
  const tell = (happened: readonly DomainEventView[]) => {
    for (const { at, event, resource } of happened) line(at, event, `${resource.resource} ${resource.id}`)
  }
  tell(await mock.clock.advance('0s'))
  for (let moves = 0; moves < mostMoves && lines.length < mostLines; moves++) {
    const [next] = mock.clock.upcoming()
    if (!next || (parseInstant(next.at) ?? Infinity) > began + horizon) break
    const happened = await mock.clock.advanceToNext()
    if (happened.length === 0 && next.action === 'scenario.step') {
      line(next.at, scenario.steps?.[Number(next.id)]?.do ?? '', `step ${Number(next.id) + 1}`)
    }
    tell(happened)
  }
  const { steps, faults, problems } = mock.scenario.report()
  const waiting = steps.filter((_, i) => scenario.steps?.[i]?.on !== undefined).map(({ step }) => `  ${step}`)
  const armed = faults.map(({ fault }) => `  ${fault}`)
  const text = [
    ...(lines.length > 0 ? ['Happens by itself:', ...lines] : ['Nothing happens by itself.']),
    ...(lines.length >= mostLines ? ['  and so on'] : []),
    ...(waiting.length > 0 ? ['Waits for its occasion:', ...waiting] : []),
    ...(armed.length > 0 ? ['Strikes calls:', ...armed] : []),
    '',
  ].join('\n')
  return { text, problems }
}
