import { isTopLevelDomain } from './top-level-domains.ts'

/** Which hosts webhooks may be sent to. */
export interface WebhookHosts {
  /** Hosts that may be called, in the form of `canonicalHost`; `*` stands for all. */
  readonly named: readonly string[]
  /** Whether others than this machine may call the mock, so that hosts of its networks have to be named too. */
  readonly isExposed: boolean
}

/** A host as URLs write it, without brackets and the dot at its end: `LOCALHOST.` is `localhost`. */
export function canonicalHost(host: string): string {
  const plain = host.replace(/^\[|\]$/g, '')
  const url = `http://${plain.includes(':') ? `[${plain}]` : plain}`
  return (URL.canParse(url) ? new URL(url).hostname : plain.toLowerCase()).replace(/^\[|\]$|\.$/g, '')
}

/** Why most hosts are not called. */
export const isOutside = 'lies outside private networks, and is not one of the allowed webhook hosts'

/** Why nothing may be sent to a host, as the end of a sentence that begins with its name; undefined if it may be called. */
export function whyNotCalled(hostname: string, { named, isExposed }: WebhookHosts): string | undefined {
  const host = canonicalHost(hostname)
  if (isNeverCalled(host)) return 'is link-local or the metadata service of a cloud, which is never called'
  if (named.includes(host)) return undefined
  if (isTopLevelDomain(host)) return 'is a top-level domain, and is not in webhookHosts (--webhook-host) by its name'
  if (named.includes('*')) return undefined
  if (!isLocal(hostname)) return isOutside
  return isExposed
    ? 'is not in webhookHosts (--webhook-host), and others than this machine may call the mock'
    : undefined
}

/**
 * Whether a host answers only to the machine or the network segment that it is called from, and tells whoever calls what
 * nobody else should know: a link-local address, or the metadata service of a cloud.
 */
export function isNeverCalled(host: string): boolean {
  const v4 = ipv4Of(host)
  if (v4) return v4.startsWith('169.254.') || metadataAddresses.has(v4)
  if (host.includes(':')) return /^fe[89ab]/.test(host) || /^fd00:ec2:/.test(host) || metadataAddresses.has(host)
  return host.split('.').some((label) => metadataLabels.has(label))
}

/** Addresses of metadata services outside 169.254.0.0/16 and fd00:ec2::/32: Azure, Alibaba, Oracle, Google, Scaleway. */
const metadataAddresses: ReadonlySet<string> = new Set([
  ...['168.63.129.16', '100.100.100.200', '192.0.0.192', 'fd20:ce::254', 'fd00:42::42'],
])

/** What names of metadata services have in common: `metadata.google.internal`, `instance-data.ec2.internal`. */
const metadataLabels: ReadonlySet<string> = new Set(['metadata', 'instance-data', 'rancher-metadata'])

/** The IPv4 address that a host is or, as an IPv6 address, stands for: mapped, compatible, or through NAT64. */
function ipv4Of(host: string): string | undefined {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return host
  const [, high, low] = /^(?:::ffff:|::|64:ff9b::)([\da-f]{1,4}):([\da-f]{1,4})$/.exec(host) ?? []
  if (high === undefined || low === undefined) return undefined
  return [high, low].flatMap((part) => [Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 255]).join('.')
}

/** Whether a host is this machine, in a private network, or a name that only a private network resolves. */
export function isLocal(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const [a = 0, b = 0] = host.split('.').map(Number)
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) {
    return a === 127 || a === 10 || a === 0 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168)
  }
  if (host.includes(':')) return host === '::1' || host === '::' || /^f[cd]/.test(host)
  return !host.includes('.') || /\.(?:localhost|local|internal|test|lan|home\.arpa)$/.test(host)
}
