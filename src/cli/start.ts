import { serve } from '../standalone.ts'
import type { Flags } from './flags.ts'

/** Starts a server, says where it is, and stops it at once on Ctrl-C or SIGTERM, with exit code 0. */
export async function start({ json, quiet, port, host, token, seed, generate }: Flags): Promise<void> {
  const log = (level: 'warn' | 'error', message: string) => {
    if (!quiet || level === 'error') process.stderr.write(`${message}\n`)
  }
  const server = await serve({ port, host, token, seed, generate, log })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void server.close().then(() => process.exit(0))
    })
  }
  if (json)
    process.stdout.write(`${JSON.stringify({ url: server.url, token: server.token, seed: server.mock.seed })}\n`)
  else if (!quiet) process.stderr.write(banner(server.url, server.token))
}

function banner(url: string, token: string): string {
  return `ricloud-mock listens on ${url}

  curl ${url}/organisation -H 'Authorization: Token ${token}'

Time:  curl ${url}/_mock/clock -d '{"advance": "6h"}'
Stop:  Ctrl-C
`
}
