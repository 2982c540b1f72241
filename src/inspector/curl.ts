import type { RequestView } from '../engine/journal.ts'
import { redactedIn } from './explained.ts'

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`

/** Headers that curl sends itself, or that depend on the connection. */
const own = /^(?:authorization|host|connection|keep-alive|content-length|transfer-encoding|accept-encoding|sec-.*)$/

/** A call as a curl command, with a variable for the token unless one is given. What is redacted is listed in a comment. */
export function curlOf(request: RequestView, origin: string, token = '$RICLOUD_TOKEN'): string {
  const { method, path, query, headers, body } = request
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => [value].flat().map((one) => [name, one])),
  ).toString()
  const hidden = redactedIn({ body, query })
  const command = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}${quoted(`${origin}${path}${search && `?${search}`}`)}`,
    `-H "Authorization: Token ${token}"`,
    ...Object.entries(headers)
      .filter(([name]) => !own.test(name))
      .map(([name, value]) => `-H ${quoted(`${name}: ${[value].flat().join(', ')}`)}`),
    ...(body === null ? [] : [`-d ${quoted(JSON.stringify(body))}`]),
  ].join(' \\\n  ')
  return hidden.length > 0 ? `# replace [redacted] in ${hidden.join(', ')}\n${command}` : command
}
