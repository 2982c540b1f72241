import { either, nearest } from '../engine/messages.ts'
import { type Duration, fastest, parseDuration, readInstant } from '../engine/time/clock.ts'
import type { Counts } from '../ricloud/counts.ts'
import type { Dialect } from '../ricloud/dialect.ts'
import { fixtureNames } from '../ricloud/fixture-type.ts'

/** Reads what is written for a flag or a variable; throws an Error of one sentence that begins with who said it. */
export type Reader<Value> = (written: string, said: string) => Value

/** Any text. */
export const text: Reader<string> = (written) => written

/** What a switch says. */
export const onOrOff: Reader<boolean> = (written) => written === 'true'

/** A token of visible ASCII; what was written instead is not shown. */
export const token: Reader<string> = (written, said) => {
  if (/^[\x21-\x7e]+$/.test(written)) return written
  throw new Error(`${said} must be a token of visible ASCII without spaces.`)
}

/** A whole number from 0 up to the greatest one allowed. */
export function wholeNumber(most: number): Reader<number> {
  return (written, said) => {
    if (/^\d+$/.test(written) && Number(written) <= most) return Number(written)
    throw new Error(`${said} must be a whole number from 0 to ${most}, got "${written}".`)
  }
}

/** How fast the clock may run. */
export const speed: Reader<number> = (written, said) => {
  const number = /^\d*\.?\d+$/.test(written) ? Number(written) : 0
  if (number > 0 && number <= fastest) return number
  throw new Error(`${said} must be a number above 0 and at most ${fastest}, got "${written}".`)
}

/** An instant or a length of time, as the clock reads it, and as it is written. */
const timed =
  <Text extends string>(read: (written: string) => unknown): Reader<Text> =>
  (written, said) => {
    try {
      read(written)
      return written as Text
    } catch (error) {
      throw new Error(`${said}: ${(error as Error).message}`)
    }
  }
export const instant = timed<string>(readInstant)
export const duration = timed<Duration>(parseDuration)

/** Names of fixtures and paths of JSON files, with commas between them. */
export const fixtures: Reader<string[]> = (written, said) => {
  const list = written.split(',').map((word) => word.trim())
  for (const name of list) {
    if (name.endsWith('.json') || fixtureNames.some((known) => known === name)) continue
    const known = `${said} takes ${either(fixtureNames)}, and paths of JSON files, with commas between them`
    throw new Error(`${known}; "${name}" is none.${nearest(name, fixtureNames)}`)
  }
  return list
}

const dialects = ['documented', 'ricloud-py'] as const satisfies readonly Dialect[]

/** One of the two dialects. */
export const dialect: Reader<Dialect> = (written, said) => {
  const known = dialects.find((one) => one === written)
  if (known) return known
  throw new Error(`${said} must be ${either(dialects)}, got "${written}".${nearest(written, dialects)}`)
}

const countable = ['users', 'sources', 'sessions']

/** `users=100,sources=100,sessions=1000`. */
export const counts: Reader<Counts> = (written, said) => {
  const found: Record<string, number> = {}
  for (const part of written.split(',')) {
    const [, name = '', value = ''] = /^([^=]*)=(.*)$/.exec(part.trim()) ?? []
    if (!countable.includes(name)) {
      const what = `${said} takes counts such as users=100,sources=100,sessions=1000; "${part}" is none.`
      throw new Error(`${what}${nearest(name, countable)}`)
    }
    if (name in found) throw new Error(`${said} names ${name} twice.`)
    found[name] = wholeNumber(10_000_000)(value, `${said} ${name}`)
  }
  return found
}
