import packageJson from '../../package.json' with { type: 'json' }
import { help, readFlags } from './flags.ts'
import { showScenarios } from './scenarios.ts'
import { start } from './start.ts'
import { validate } from './validate.ts'

/** Runs the command line; resolves to the exit code, or to nothing while a server runs. */
async function main(args: readonly string[]): Promise<number | undefined> {
  try {
    const { command, words, flags } = readFlags(args)
    if (flags.help) process.stdout.write(help)
    else if (flags.version) process.stdout.write(`${packageJson.version}\n`)
    else if (command === 'validate') return (await validate(words)) ? 0 : 1
    else if (command === 'scenarios') await showScenarios(words)
    else {
      await start(flags)
      return undefined
    }
    return 0
  } catch (error) {
    process.stderr.write(`ricloud-mock: ${(error as Error).message}\n`)
    return 1
  }
}

process.exitCode = await main(process.argv.slice(2))
