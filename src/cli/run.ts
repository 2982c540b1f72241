import packageJson from '../../package.json' with { type: 'json' }
import { messageOf } from '../engine/thrown.ts'
import { later, present } from '../engine/time/clock.ts'
import type { Instant } from '../engine/time/instant.ts'
import { type CommandLine, isOn, parseCommandLine } from './command-line.ts'
import type { CommandName } from './commands.ts'
import { printMessage, printResult } from './output.ts'
import { start } from './start.ts'

/**
 * What each command does; it resolves to the exit code, or throws an Error if something given is wrong. What others than
 * `start` need is loaded when they run.
 */
const runs: Readonly<Record<CommandName, (line: CommandLine) => Promise<number>>> = {
  start,
  validate: async (line) => (await import('./validate.ts')).validate(line),
  scenarios: async (line) => (await import('./scenarios.ts')).printScenarios(line),
  env: async (line) => (await import('./env.ts')).printVariables(line),
  exec: async (line) => (await import('./exec.ts')).execute(line),
  sweep: async (line) => (await import('./sweep.ts')).sweepCommand(line),
  replay: async (line) => (await import('./replay.ts')).replayCommand(line),
  mcp: async (line) => (await import('./mcp/command.ts')).serveTools(line),
  coverage: async (line) => (await import('./coverage.ts')).printCoverage(line),
  wait: async (line) => (await import('./wait.ts')).waitForServer(line),
  compare: async (line) => (await import('./compare.ts')).compare(line),
  record: async (line) => (await import('./record.ts')).record(line),
  fixtures: async (line) => (await import('./fixtures.ts')).printFixture(line),
  init: async (line) => (await import('./init.ts')).copyWorker(line),
}

/**
 * Runs the command line; resolves to the exit code once everything is printed.
 *
 * @param served called with the present when a server has run for a second, and when it has ended
 */
export async function run(args: readonly string[], served = (_now: Instant) => {}): Promise<number> {
  try {
    const line = parseCommandLine(args)
    if (isOn(line, 'help')) {
      const { help } = await import('./help.ts')
      await printResult(help(line.isNamed ? line.command : undefined))
    } else if (isOn(line, 'version')) {
      await printResult(packageJson.version)
    } else {
      const isServer = line.command === 'start' || line.command === 'exec'
      if (isServer) later(1000, () => served(present()))
      const code = await runs[line.command](line)
      if (isServer) served(present())
      return code
    }
    return 0
  } catch (error) {
    await printMessage(`ricloud-mock: ${messageOf(error)}`)
    return 1
  }
}
