import { type CommandName, commandNames, commandOf } from './commands.ts'
import { descriptionOf, flagsOf, nested, type OptionName, optionOf, settingOptions, variables } from './options.ts'

/** The text of `--help`; without a command that of all, with the flags of start. */
export function help(command?: CommandName): string {
  const name = command ?? 'start'
  const flags = flagsOf(name)
  const { takes, summary, examples } = commandOf(name)
  const readsSettings = flags.includes('config')
  const usage = ['Usage: ricloud-mock', name === 'start' ? '[start]' : name, '[flags]', takes].join(' ').trimEnd()
  return [
    ...(command
      ? [usage, summary]
      : ['Usage: ricloud-mock [command] [flags]', section('Commands:', columns(commandNames.map(commandRow)))]),
    section(command ? 'Flags:' : 'Flags of start:', columns(flags.map((flag) => flagRow(flag, name)))),
    ...(readsSettings ? [section('Environment:', columns(variableRows(flags))), configText()] : []),
    command
      ? section(
          'Examples:',
          examples.map((rest) => `  ricloud-mock ${name} ${rest}`.trimEnd()),
        )
      : 'Run ricloud-mock <command> --help for the flags of a command.',
  ].join('\n\n')
}

const section = (title: string, lines: readonly string[]) => [title, ...lines].join('\n')

type Row = readonly [string, string]

const commandRow = (name: CommandName): Row => [`${name} ${commandOf(name).takes}`.trimEnd(), commandOf(name).summary]

function flagRow(name: OptionName, command: CommandName): Row {
  const { type, short } = optionOf(name)
  const { help, default: usual } = descriptionOf(name, command)
  return [
    `${short ? `-${short}, ` : ''}--${name} ${type.placeholder ?? ''}`.trimEnd(),
    usual === undefined ? help : `${help} (default ${usual})`,
  ]
}

const variableRows = (flags: readonly OptionName[]): Row[] =>
  Array.from(variables).flatMap(([variable, name]) =>
    flags.includes(name) ? [[variable, `as --${name}`] as const] : [],
  )

function configText(): string {
  const keys = Object.entries(nested(settingOptions.map(({ key }) => [key, true]))).map(([name, parts]) =>
    typeof parts === 'object' ? `${name}: {${Object.keys(parts).join(', ')}}` : name,
  )
  return wrapped(
    `A file ricloud-mock.config.{ts,js,mjs,json,yaml,yml} in the working directory, or --config <file>, sets the same by name: {${keys.join(', ')}}. Flags win, then the environment, then the file; --no-strict and the like switch off what a file switched on.`,
  )
}

/** Text in lines of at most 120 characters. */
function wrapped(text: string): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > 120) {
      lines.push(line)
      line = word
    } else line += line === '' ? word : ` ${word}`
  }
  return [...lines, line].join('\n')
}

/** Two columns, as wide as the first one needs. */
function columns(rows: readonly Row[]): string[] {
  const width = Math.max(...rows.map(([first]) => first.length))
  return rows.map(([first, second]) => `  ${first.padEnd(width)}  ${second}`)
}
