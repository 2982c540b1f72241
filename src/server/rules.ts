import { shown, shownUrl } from '../engine/messages.ts'
import { readAuthority, readName } from './host-names.ts'

/** Which calls a server allows in addition to those that are safe by default. */
export interface RuleOptions {
  /** Names by which the server may be called while it listens on a loopback address, in addition to the local ones. */
  readonly allowedHosts?: readonly string[] | undefined
  /** Origins whose pages may call it, such as `http://localhost:3000`; `*` for any, the control API aside. None by default. */
  readonly cors?: readonly string[] | undefined
  /** The token that control calls need; by default none on a loopback address, and elsewhere one generated at start. */
  readonly controlToken?: string | undefined
}

export interface Rules {
  readonly hosts: ReadonlySet<string>
  readonly origins: ReadonlySet<string>
  readonly anyOrigin: boolean
  readonly controlToken: string | undefined
}

/** Reads the options; throws an Error that names the value at fault. */
export function readRules({ allowedHosts = [], cors = [], controlToken }: RuleOptions): Rules {
  const origins = listed('cors', cors).map((value) => (value === '*' ? value : readOrigin(value)))
  if (controlToken !== undefined && (typeof controlToken !== 'string' || !/^[\x21-\x7e]+$/.test(controlToken))) {
    throw new Error('controlToken must be visible ASCII without spaces, and not empty.')
  }
  return {
    hosts: new Set(listed('allowedHosts', allowedHosts).map(readHost)),
    origins: new Set(origins.filter((origin) => origin !== '*')),
    anyOrigin: origins.includes('*'),
    controlToken,
  }
}

function listed(name: string, values: unknown): readonly unknown[] {
  if (!Array.isArray(values)) throw new Error(`${name} must be an array, got ${shown(values)}.`)
  return values
}

function readHost(value: unknown): string {
  const name = typeof value === 'string' ? readName(value) : undefined
  if (name === undefined) {
    throw new Error(
      `allowedHosts must hold names such as "mock.example", without a scheme, port or path, got ${shown(value)}.`,
    )
  }
  return name
}

function readOrigin(value: unknown): string {
  const origin = typeof value === 'string' ? originOf(value) : undefined
  if (origin === undefined || origin !== value) {
    const hint = origin === undefined ? '' : ` Did you mean ${shown(origin)}?`
    throw new Error(
      `cors must hold origins such as "http://localhost:3000", or "*", got ${typeof value === 'string' ? shownUrl(value) : shown(value)}.${hint}`,
    )
  }
  return origin
}

/** The origin of a URL, also of one without its scheme. */
function originOf(text: string): string | undefined {
  try {
    const { protocol, host, origin } = new URL(/^[\w.-]+:\d+(?:\/|$)/.test(text) ? `http://${text}` : text)
    return /^https?:$/.test(protocol) && readAuthority(host) ? origin : undefined
  } catch {
    return undefined
  }
}
