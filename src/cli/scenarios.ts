import { scenarios } from '../../scenarios/index.ts'
import { either, nearest } from '../words.ts'

/** Lists the built-in scenarios, or prints one of them as YAML, ready to be copied and changed. */
export async function showScenarios([verb, name, ...rest]: readonly string[]): Promise<void> {
  if (verb === undefined) {
    const widest = Math.max(...Object.keys(scenarios).map((known) => known.length))
    for (const [known, { description = '' }] of Object.entries(scenarios)) {
      process.stdout.write(`${known.padEnd(widest)}  ${description}\n`)
    }
    return
  }
  if (verb !== 'show' || name === undefined || rest.length > 0) {
    throw new Error('scenarios takes nothing, or "show" and a name.')
  }
  if (!Object.hasOwn(scenarios, name)) {
    const names = Object.keys(scenarios)
    throw new Error(`No scenario is called "${name}"; there are ${either(names)}.${nearest(name, names)}`)
  }
  const { stringify } = await import('yaml')
  process.stdout.write(stringify(scenarios[name as keyof typeof scenarios], { lineWidth: 0 }))
}
