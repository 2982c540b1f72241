import { formatDuration, parseInstant } from '../clock.ts'
import { Mock } from '../mock.ts'
import { loadScenario } from '../scenario/file.ts'
import type { ScenarioInput } from '../scenario/scenario-type.ts'

/** How many lines of a timeline are shown, and how far it looks ahead. */
const mostLines = 100
const horizon = 366 * 86_400e6

/** Checks scenario files, prints the timeline of each, and resolves to whether all can be loaded. */
export async function validate(paths: readonly string[]): Promise<boolean> {
  if (paths.length === 0) throw new Error('validate needs at least one file.')
  let valid = true
  for (const path of paths) {
    try {
      const scenario = await loadScenario(path)
      process.stdout.write(`${path}: the scenario "${scenario.scenario}" can be loaded\n${await timeline(scenario)}\n`)
    } catch (error) {
      valid = false
      process.stderr.write(`${(error as Error).message}\n`)
    }
  }
  return valid
}

/** What will happen by itself, played through on a frozen clock; and what waits for an event or a call. */
export async function timeline(scenario: ScenarioInput): Promise<string> {
  const problems: string[] = []
  const mock = new Mock({
    scenario,
    clock: { start: scenario.clock?.start ?? '2020-02-20T12:00:00Z', frozen: true },
    log: (_, message) => problems.push(message),
  })
  await mock.ready
  const began = parseInstant(mock.clock.now()) ?? 0
  const lines: string[] = []
  for (let next = mock.clock.upcoming()[0]; next && lines.length < mostLines; next = mock.clock.upcoming()[0]) {
    if ((parseInstant(next.at) ?? Infinity) > began + horizon) break
    for (const { at, event, resource } of await mock.clock.advanceToNext()) {
      const after = formatDuration((parseInstant(at) ?? 0) - began)
      lines.push(`  +${after.padEnd(8)} ${event.padEnd(24)} ${resource.resource} ${resource.id}`)
    }
  }
  const { steps, faults } = mock.scenario.report()
  const waiting = steps.filter(({ step }) => !step.startsWith('at ')).map(({ step }) => `  ${step}`)
  const armed = faults.map(({ fault }) => `  ${fault}`)
  return [
    ...(lines.length > 0 ? ['Happens by itself:', ...lines] : ['Nothing happens by itself.']),
    ...(lines.length >= mostLines ? ['  and so on'] : []),
    ...(waiting.length > 0 ? ['Waits for its occasion:', ...waiting] : []),
    ...(armed.length > 0 ? ['Strikes calls:', ...armed] : []),
    ...(problems.length > 0 ? ['Goes wrong:', ...problems.map((problem) => `  ${problem}`)] : []),
    '',
  ].join('\n')
}
