import * as z from 'zod'
import { duration as durationField, text as textField } from '../engine/fields.ts'
import { shown } from '../engine/messages.ts'
import { pathName } from '../engine/place.ts'
import { parseOptions, problemsOf } from '../engine/problems.ts'
import type { Duration } from '../engine/time/duration.ts'
import { definition } from '../mock/ricloud.ts'
import type { Counts } from '../ricloud/counts.ts'
import type { Dialect } from '../ricloud/dialect.ts'
import type { Fixture } from '../ricloud/fixtures.ts'
import type { ScenarioInput, SettingsInput } from '../ricloud/scenario-input.ts'
import { ClockSettings, fixturesSchema } from '../scenario/schema.ts'

/** A type of option values: a schema says which values are valid, wherever they come from. */
export interface OptionType<Value> {
  /** Checks a value of a config file; made when it is needed, since most starts need few. */
  readonly schema: () => z.ZodType
  /**
   * Reads the text of a flag or a variable.
   *
   * @param source what gave the text, such as `--port`
   * @throws an Error of one sentence that begins with the source
   */
  readonly read: (text: string, source: string) => Value
  /** Stands for the value in the help; a switch has none. */
  readonly placeholder?: string
  /** Whether no message shows the value. */
  readonly isSecret?: true
  /** Whether several flags add up to one list; otherwise the last one counts. */
  readonly isRepeatable?: true
}

/** @param parse turns text into what the schema checks; text that it cannot read is left for the schema to refuse */
function optionType<Value>(
  traits: Pick<OptionType<Value>, 'placeholder' | 'isSecret' | 'isRepeatable'>,
  schema: () => z.ZodType,
  parse: (text: string, source: string) => unknown = (text) => text,
): OptionType<Value> {
  const read = (text: string, source: string) => {
    const value = parse(text, source)
    const checks = schema()
    const { error } = checks.safeParse(value, parseOptions)
    if (error) throw new Error(sentenceOf(checks, error, source))
    return value as Value
  }
  return { ...traits, schema, read }
}

/** The first problem of a value as one sentence: `--generate users must be a whole number, got "many".` */
function sentenceOf(schema: z.ZodType, error: z.ZodError, source: string): string {
  const [{ path = [], what } = { what: '' }] = problemsOf(schema, error)
  const [first] = path
  const part =
    typeof first === 'number' ? ` ${shown(error.issues[0]?.input)}` : first === undefined ? '' : ` ${pathName(path)}`
  const end = /[.?]$/.test(what) ? '' : '.'
  return `${source}${part}${/^(?:must|cannot|is) /.test(what) ? '' : ':'} ${what}${end}`
}

/** Any text that is not empty. */
export const text = (placeholder: string) => optionType<string>({ placeholder }, () => textField)

/** A list of texts, one for each flag. */
export const texts = (placeholder: string) =>
  optionType<readonly string[]>(
    { placeholder, isRepeatable: true },
    () => z.array(textField),
    (one) => [one],
  )

/** On or off: the text is what `--strict` and `--no-strict` stand for. */
export const onOff = optionType<boolean>(
  {},
  () => z.boolean(),
  (text) => text === 'true',
)

/** Visible ASCII, as an Authorization header takes it. */
export const token = optionType<string>({ placeholder: '<token>', isSecret: true }, () =>
  z.custom((given) => typeof given === 'string' && /^[\x21-\x7e]+$/.test(given), {
    error: 'must be a token of visible ASCII without spaces',
  }),
)

const digits = (text: string) => (/^\d+$/.test(text) ? Number(text) : text)

/** A whole number from 0 up to the greatest one allowed. */
export const wholeNumber = (most: number) =>
  optionType<number>(
    { placeholder: '<number>' },
    () => {
      const range = { error: `must be a whole number from 0 to ${most}` }
      return z.int(range).nonnegative(range).max(most, range)
    },
    digits,
  )

/** A port, or `none` for no server. */
export const portOrNone = optionType<number | 'none'>(
  { placeholder: '<number>' },
  () => {
    const range = { error: 'must be a whole number from 0 to 65535, or none' }
    return z.union([z.int(range).nonnegative(range).max(65_535, range), z.literal('none', range)], range)
  },
  digits,
)

/** How fast the clock may run. */
export const speed = optionType<number>(
  { placeholder: '<number>' },
  () => ClockSettings.shape.speed,
  (text) => (/^(?:\d+(?:\.\d+)?|\.\d+)$/.test(text) ? Number(text) : text),
)

export const instant = optionType<string | Date>({ placeholder: '<instant>' }, () => ClockSettings.shape.start)
export const duration = optionType<Duration>({ placeholder: '<duration>' }, () => durationField)

/** A built-in scenario by its name, the path of a file, or in a config file a scenario. */
export const scenario = optionType<string | ScenarioInput>({ placeholder: '<name>' }, () =>
  z.union([textField, z.record(z.string(), z.unknown())], { error: 'must be a name, a path or a scenario' }),
)

/** Whether a scenario is the path of a file: the names of built-in scenarios have neither dots nor slashes. */
export const isScenarioPath = (scenario: string) => /[./\\]/.test(scenario)

/** Names of fixtures and paths of JSON files; in a config file also bodies as the API sends them. */
export const fixtures = optionType<readonly (string | Fixture)[]>(
  { placeholder: '<list>' },
  () => fixturesSchema(Object.keys(definition.api.fixtures.builtIn)),
  (text) => text.split(',').map((word) => word.trim()),
)

export const dialect = optionType<Dialect>({ placeholder: '<name>' }, () => z.enum(['documented', 'ricloud-py']))

/** How many records of each kind: `users=100,sources=100,sessions=1000`. */
export const counts = optionType<Counts>(
  { placeholder: '<counts>' },
  () => definition.language.generate,
  (text, source) => {
    const found = new Map<string, unknown>()
    for (const part of text.split(',')) {
      const [, name, count = ''] = /^([^=]*)=(.*)$/.exec(part.trim()) ?? []
      if (name === undefined) {
        throw new Error(`${source} takes counts such as users=100,sources=100,sessions=1000; "${part}" is none.`)
      }
      if (found.has(name)) throw new Error(`${source} names ${name} twice.`)
      found.set(name, digits(count))
    }
    return Object.fromEntries(found)
  },
)

/** Settings of the world, as scenarios have them. */
export const worldSettings = optionType<SettingsInput>({ placeholder: '<object>' }, () => definition.language.settings)
