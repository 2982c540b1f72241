import { isJsonTooDeep } from '../../engine/depth.ts'
import { isPayload, isSecret, withoutSecrets } from '../../engine/messages.ts'
import { longestUrl } from '../../engine/text.ts'
import { isObject } from '../../engine/values.ts'

/** Names within credentials that tell no secret. */
const told = new Set(['type', 'public_key'])

/** What JSON consists of beside texts and numbers, also where it is cut, and what tells the format of a body that is none. */
const maskable =
  /(\\[^u]|true|false|null|(?:t(?:ru?)?|f(?:a(?:ls?)?)?|n(?:ul?)?)$|content-disposition:)|\\u[\da-f]{4}|[^\x00-\x40[-`{-\x7f]|\d/gi

/**
 * Replaces secrets by stand-ins, which are numbered as they are met: equal secrets get equal ones, and nothing of a
 * secret is left.
 */
export class StandIns {
  readonly #standIns = new Map<string, string>()
  readonly #published = new Set<string>()

  /** @param published values whose secrets everyone knows: they stay as they are */
  constructor(published: readonly unknown[]) {
    const note = (given: unknown, name: string, hides: boolean) => {
      if (typeof given === 'string' && hides) this.#published.add(given)
      if (!isObject(given)) return
      for (const [inner, value] of Object.entries(given)) {
        const of = Array.isArray(given) ? name : inner
        note(value, of, hides || isSecret(of))
      }
    }
    for (const one of published) note(one, '', false)
  }

  /** The stand-in of a secret that was met before. */
  known(secret: string): string | undefined {
    return this.#standIns.get(secret)
  }

  of(secret: string): string {
    if (secret === '' || this.#published.has(secret)) return secret
    const known = this.#standIns.get(secret)
    if (known !== undefined) return known
    // A limit of length is met by both, or by none.
    const standIn = `stand-in-${this.#standIns.size + 1}`.padEnd(secret.length > 100 ? secret.length : 0, '-')
    this.#standIns.set(secret, standIn)
    return standIn
  }

  /** Plain data with stand-ins, by the names of the attributes. */
  value(given: unknown, name = '', isWithin = false): unknown {
    const hides = isWithin || isSecret(name)
    if (Array.isArray(given)) return given.map((inner) => this.value(inner, name, hides))
    if (isObject(given)) {
      const inner = Object.entries(given).map(([key, value]) => [key, this.value(value, key, hides && !told.has(key))])
      return Object.fromEntries(inner)
    }
    const isHidden = hides || isPayload(name)
    if (typeof given === 'number') return isHidden ? Number(this.of(`number ${given}`).replace(/\D/g, '')) : given
    if (typeof given !== 'string') return given
    return isHidden ? this.of(given) : withoutSecrets(given, (secret) => this.of(secret))
  }

  /** Path and query of a call. */
  target(url: string): string {
    const at = url.indexOf('?')
    if (at < 0) return url
    const parameters = url
      .slice(at + 1)
      .split('&')
      .map((parameter) => {
        const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(parameter) ?? []
        if (value === '') return parameter
        return isSecret(decoded(name)) ? `${name}=${this.of(value)}` : `${name}=${this.#text(value)}`
      })
    return `${url.slice(0, at)}?${parameters.join('&')}`
  }

  #text(value: string): string {
    if (value.length > longestUrl) return value
    const text = decoded(value)
    const without = withoutSecrets(text, (secret) => this.of(secret))
    return without === text ? value : encodeURIComponent(without)
  }

  /** The body of a call; one that is no JSON keeps its form alone. */
  body(text: string): string {
    if (text.trim() === '') return text
    const given = isJsonTooDeep(text) ? undefined : parsed(text)
    if (given === undefined) return text.replace(maskable, masked)
    const value = this.value(given, isObject(given) ? '' : 'payload')
    return JSON.stringify(value) === JSON.stringify(given) ? text : JSON.stringify(value)
  }

  /** The value of a header; of `Authorization`, the scheme stays. */
  header(name: string, value: string): string {
    if (name !== 'authorization') return this.value(value, name) as string
    const [, scheme = '', rest = value] = /^((?:token|basic|bearer)(?:[ \t]+|$))(.*)$/is.exec(value.trim()) ?? []
    return scheme + rest.replace(/\S+/g, (word) => this.of(word))
  }
}

/** Letters and digits give nothing away but where JSON breaks. */
const masked = (found: string, kept: string | undefined) =>
  kept ?? (found.length > 1 ? '\\u1111' : /\d/.test(found) ? '1' : 'x')

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
