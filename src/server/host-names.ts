import { isIPv4, isIPv6 } from 'node:net'

/** Host and port, as in a Host header or a URL. */
export interface Authority {
  /** As browsers write it: lower case, IPv6 in brackets. */
  readonly name: string
  readonly port: number
}

/** Parses `name`, `name:port` or `[::1]:port`; undefined if it is none of these. */
export function readAuthority(text: string): Authority | undefined {
  if (!/^(?:\[[\da-f:.]+\]|[^\s:/?#\\@[\]*]+)(?::\d{0,5})?$/i.test(text)) return undefined
  try {
    const { hostname, port } = new URL(`http://${text}`)
    return { name: hostname.replace(/\.$/, ''), port: port === '' ? 80 : Number(port) }
  } catch {
    return undefined
  }
}

/** Parses the name of a host, which has no port; undefined if it is none. */
export function readName(text: string): string | undefined {
  if (isIPv6(text)) return readAuthority(`[${text}]`)?.name
  return /:\d*$/.test(text) ? undefined : readAuthority(text)?.name
}

/** Whether a name resolves to the local machine whatever DNS says, and so cannot be rebound. */
export function isLocalName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || name === '[::1]' || isLoopback(name)
}

/** Whether an address is in 127.0.0.0/8, or ::1. */
export function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:/i, '')
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'))
}
