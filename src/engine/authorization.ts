import type { Incoming } from './http/exchange.ts'
import { searchOf } from './http/url.ts'

/**
 * The token in a header `Authorization: Token <token>`, with spaces or tabs between the two; undefined in any other.
 *
 * @param schemes other words that may stand for `token`, in lower case
 */
export function tokenIn(
  authorization: string | null | undefined,
  schemes: readonly string[] = ['token'],
): string | undefined {
  const [, scheme = '', token] = /^(\S+)[ \t]+(\S+)$/.exec(authorization?.trim() ?? '') ?? []
  return schemes.includes(scheme.toLowerCase()) ? token : undefined
}

/** Parameters of signed URLs that have an access key, alone or with a scope after it. */
const keyParameters = ['X-Amz-Credential', 'AWSAccessKeyId', 'X-Goog-Credential', 'access_token']

/** What the credentials of a client of a store begin with: an access key, or the token that it bears. */
export function storeTokenIn({ header, url }: Pick<Incoming, 'header' | 'url'>): string {
  const authorization = header('authorization') ?? ''
  const [, inHeader] =
    /^\S+-HMAC-SHA256 +Credential=([^/,\s]+)/i.exec(authorization) ??
    /^AWS +([^:\s]+):/i.exec(authorization) ??
    /^Bearer +(\S+)$/i.exec(authorization) ??
    []
  if (inHeader !== undefined || !url.includes('?')) return inHeader ?? ''
  const search = searchOf(url)
  return keyParameters.map((name) => search.get(name)?.split('/')[0]).find(Boolean) ?? ''
}

/** The token in a call: of the API, or of a client of a store. */
export const tokenOf = (incoming: Pick<Incoming, 'header' | 'url' | 'store'>): string | undefined =>
  incoming.store === undefined ? tokenIn(incoming.header('authorization')) : storeTokenIn(incoming)
