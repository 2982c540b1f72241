import { shown } from './messages.ts'

/** A property of what was thrown, which may be anything: its text; undefined where it has none. */
function textIn(thrown: unknown, name: 'code' | 'message' | 'name' | 'stack'): string | undefined {
  try {
    const text = (thrown as Partial<Record<typeof name, unknown>> | null | undefined)?.[name]
    return typeof text === 'string' && text !== '' ? text : undefined
  } catch {
    return undefined
  }
}

/** The code of an error of the system, such as `ENOENT`; undefined for any other code, such as the number of a DOMException. */
export const codeOf = (thrown: unknown): string | undefined => textIn(thrown, 'code')

/** The name of an error, such as `TimeoutError`. */
export const nameOf = (thrown: unknown): string | undefined => textIn(thrown, 'name')

/** What an error says; undefined for anything that says nothing. */
export const saidBy = (thrown: unknown): string | undefined => textIn(thrown, 'message')

/** What an error says, or what else was thrown. */
export const messageOf = (thrown: unknown): string =>
  saidBy(thrown) ?? nameOf(thrown) ?? (typeof thrown === 'string' ? thrown : shown(thrown))

/** Where an error comes from, for whoever looks for a bug; what it says where that is unknown. */
export const stackOf = (thrown: unknown): string => textIn(thrown, 'stack') ?? messageOf(thrown)

/** The cause of an error. */
export function causeOf(thrown: unknown): unknown {
  try {
    return (thrown as { readonly cause?: unknown } | null | undefined)?.cause
  } catch {
    return undefined
  }
}
