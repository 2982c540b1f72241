import { UsageError } from './errors.ts'
import { shown } from './messages.ts'
import { isRecord } from './values.ts'

/**
 * The options as they were given; throws an Error if they are no object.
 *
 * @param work what fails then, for the message: `create the mock`
 * @param name the option that a text was meant for, if there is one
 */
export function requireOptions<Options extends object>(options: Options, work: string, name?: string): Options {
  if (isRecord(options)) return options
  const meant =
    name !== undefined && typeof options === 'string' ? `; did you mean { ${name}: ${shown(options)} }?` : '.'
  throw new UsageError(`Failed to ${work}: options must be an object, got ${shown(options)}${meant}`)
}
