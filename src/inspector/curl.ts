import type { RequestView } from '../engine/journal.ts'

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`

/** Headers that curl sends itself, or that depend on the connection. */
const own = /^(?:authorization|host|connection|keep-alive|content-length|transfer-encoding|accept-encoding|sec-.*)$/

/** A call as a curl command, with a variable for the token. Redacted values stay redacted. */
export function curlOf({ method, path, query, headers, body }: RequestView, origin: string): string {
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => [value].flat().map((one) => [name, one])),
  ).toString()
  return [
    `curl ${method === 'GET' ? '' : `-X ${method} `}${quoted(`${origin}${path}${search && `?${search}`}`)}`,
    `-H "Authorization: Token $RICLOUD_TOKEN"`,
    ...Object.entries(headers)
      .filter(([name]) => !own.test(name))
      .map(([name, value]) => `-H ${quoted(`${name}: ${[value].flat().join(', ')}`)}`),
    ...(body === null ? [] : [`-d ${quoted(JSON.stringify(body))}`]),
  ].join(' \\\n  ')
}
