import packageJson from '../../package.json' with { type: 'json' }
import { commandOf } from './commands.ts'
import { isOn, type Line } from './line.ts'
import { say } from './output.ts'
import { readLine } from './read-line.ts'

/** Runs the command line; resolves to the exit code once all that it prints is out. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    const line = readLine(args)
    if (isOn(line, 'help')) await say(process.stdout, await helpFor(line))
    else if (isOn(line, 'version')) await say(process.stdout, packageJson.version)
    else return await commandOf(line.command).run(line)
    return 0
  } catch (error) {
    await say(process.stderr, `ricloud-mock: ${(error as Error).message}`)
    return 1
  }
}

async function helpFor({ isNamed, command }: Line): Promise<string> {
  const { help } = await import('./help.ts')
  return help(isNamed ? command : undefined)
}
