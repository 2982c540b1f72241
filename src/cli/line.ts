import type { CommandName } from './commands.ts'
import type { FlagName } from './flags.ts'

/** A flag, or a variable that stands for one, as it is written. */
export interface Given {
  readonly flag: FlagName
  /** Its value; of a switch `true` or `false`. */
  readonly written: string
  /** What messages call it: `--port`, `RICLOUD_MOCK_PORT`. */
  readonly said: string
}

/** A command line, its flags known to its command. */
export interface Line {
  readonly command: CommandName
  /** Whether the command is named, and not taken to be `start`. */
  readonly isNamed: boolean
  readonly words: readonly string[]
  /** What follows `--`, where it is a command of its own. */
  readonly rest: readonly string[]
  readonly given: readonly Given[]
}

/** The value that a command line gives to a flag; the last one counts. */
export function textOf({ given }: Line, name: FlagName): string | undefined {
  return given.findLast(({ flag }) => flag === name)?.written
}

/** Whether a command line switches something on. */
export const isOn = (line: Line, name: FlagName) => textOf(line, name) === 'true'
