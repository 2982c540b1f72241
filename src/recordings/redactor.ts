import { createHmac, randomBytes } from 'node:crypto'
import { isSecret } from '../engine/messages.ts'
import { isRecord } from '../engine/values.ts'

/** Headers that a recording keeps; the token of `authorization` is replaced. */
const keptHeaders = new Set(['accept', 'content-type', 'date', 'retry-after', 'ricloud-await', 'user-agent'])

/** Names of data types and the like, which identify nobody. */
const typeName = /^(?:\*|default|[a-z][a-z_]*(?:\.[a-z_*]+)+(?::source)?|[a-z_.]+:[a-z_.*]+)$/
const datetime = /^\d{4}-\d\d-\d\d(?:T[\d:.]+Z?)?$/

/**
 * Replaces tokens, passwords, codes, secrets and what identifies people by stand-ins: equal values have equal ones, and
 * nobody without the key, which is random and kept nowhere, can find the value of one.
 */
export class Redactor {
  readonly #key = randomBytes(32)
  readonly #isPersonal: (name: string) => boolean
  readonly #isKept: (name: string) => boolean

  /**
   * @param personal the names of attributes that identify people
   * @param kept the names of attributes that stay; `all` for everything
   */
  constructor(personal: readonly string[], kept: readonly string[]) {
    this.#isPersonal = (name) => personal.includes(name)
    this.#isKept = (name) => kept.includes('all') || kept.includes(name)
  }

  #standIn(value: string): string {
    const digest = createHmac('sha256', this.#key).update(value).digest('hex').slice(0, 24)
    if (/^\d{4,8}$/.test(value))
      return String(Number.parseInt(digest, 16)).replace(/\D/g, '').padEnd(8, '7').slice(0, value.length)
    const url = /^([a-z][a-z\d+.-]*):\/\//i.exec(value)
    if (url) return `${url[1]}://stand-in-${digest.slice(0, 8)}.example.com/${digest.slice(8)}`
    return value.includes('@') ? `stand-in-${digest}@example.com` : `stand-in-${digest}`
  }

  /** A JSON value with stand-ins. */
  value(given: unknown, name = '', isHidden = false): unknown {
    if (this.#isKept(name)) return given
    const hides = isHidden || isSecret(name) || this.#isPersonal(name)
    if (Array.isArray(given)) return given.map((one) => this.value(one, name, isHidden))
    if (isRecord(given)) return this.#object(given, hides)
    if (typeof given === 'number')
      return hides ? Number.parseInt(this.#standIn(String(given)).replace(/\D/g, '') || '7', 10) % 1e8 : given
    if (typeof given !== 'string' || given === '') return given
    const isUrl = /^[a-z][a-z\d+.-]*:\/\//i.test(given)
    const isNamed = name === 'payload' && !datetime.test(given)
    const isHarmless = !isSecret(name) && !isHidden && typeName.test(given)
    return (hides || isUrl || isNamed) && !isHarmless ? this.#standIn(given) : given
  }

  #object(given: Readonly<Record<string, unknown>>, hides: boolean): object {
    const isError = typeof given.error === 'string' && typeof given.message === 'string'
    return Object.fromEntries(
      Object.entries(given).map(([name, value]) => {
        if (isError && !this.#isKept(name) && name === 'message') return [name, 'Removed.']
        if (isError && !this.#isKept(name) && name === 'params' && isRecord(value))
          return [name, Object.fromEntries(Object.keys(value).map((one) => [one, ['Removed.']]))]
        // A key that is public is no secret, and what kind of credentials these are, neither.
        return [name, this.value(value, name, hides && name !== 'type' && name !== 'public_key')]
      }),
    )
  }

  /** A query with stand-ins, with its `?`. */
  query(search: string): string {
    const all = Array.from(new URLSearchParams(search), ([name, value]) => [name, String(this.value(value, name))])
    return all.length > 0 ? `?${new URLSearchParams(all)}` : ''
  }

  /** The headers that a recording keeps. */
  headers(given: Iterable<readonly [string, string]>): { readonly name: string; readonly value: string }[] {
    return Array.from(given).flatMap(([header, value]) => {
      const name = header.toLowerCase()
      if (name === 'authorization') {
        const at = value.indexOf(' ')
        const scheme = at < 0 ? 'Token' : value.slice(0, at)
        return [{ name, value: `${scheme} ${this.value(value.slice(at + 1).trim(), 'token')}` }]
      }
      return keptHeaders.has(name) ? [{ name, value }] : []
    })
  }
}
