import { scenarios } from '../../scenarios/index.ts'
import { either, nearestFirst } from '../engine/messages.ts'
import type { CommandLine } from './command-line.ts'
import { printResult } from './output.ts'

/** Lists the built-in scenarios, or prints one of them as YAML, ready to be copied and changed. */
export async function printScenarios({ words }: CommandLine): Promise<number> {
  await printResult(...(await linesFor(words)))
  return 0
}

async function linesFor([verb, name, ...rest]: readonly string[]): Promise<string[]> {
  if (verb === undefined) {
    const widest = Math.max(...Object.keys(scenarios).map((known) => known.length))
    return Object.entries(scenarios).map(([known, { description = '' }]) => `${known.padEnd(widest)}  ${description}`)
  }
  if (verb !== 'show' || name === undefined || rest.length > 0) {
    throw new Error('scenarios takes nothing, or "show" and a name.')
  }
  if (!Object.hasOwn(scenarios, name)) {
    const names = Object.keys(scenarios)
    throw new Error(`No scenario is called "${name}"${nearestFirst(name, names, `there are ${either(names)}`)}`)
  }
  const { stringify } = await import('yaml')
  return [stringify(scenarios[name as keyof typeof scenarios], { lineWidth: 0 }).trimEnd()]
}
