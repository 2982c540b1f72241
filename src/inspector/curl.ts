import type { RequestView } from '../engine/journal.ts'

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`

/** A call as a curl command, with a variable for the token. Redacted values stay redacted. */
export function curlOf({ method, path, query, body }: RequestView, origin: string): string {
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => [value].flat().map((one) => [name, one])),
  ).toString()
  return [
    `curl ${method === 'GET' ? '' : `-X ${method} `}${quoted(`${origin}${path}${search && `?${search}`}`)}`,
    `-H "Authorization: Token $RICLOUD_TOKEN"`,
    ...(body === null ? [] : [`-d ${quoted(JSON.stringify(body))}`]),
  ].join(' \\\n  ')
}
