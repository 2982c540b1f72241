import { serve } from '../standalone.ts'
import type { Flags } from './flags.ts'

/** Starts a server, says where it is, and stops it at once on Ctrl-C or SIGTERM: exit code 0, or 2 if a strict scenario did not come to pass. */
export async function start({ json, quiet, help: _, version: __, ...options }: Flags): Promise<void> {
  const log = (level: 'warn' | 'error', message: string) => {
    if (!quiet || level === 'error') process.stderr.write(`${message}\n`)
  }
  const server = await serve({ ...options, log })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      server.close().then(
        () => process.exit(0),
        (error) => {
          process.stderr.write(`ricloud-mock: ${(error as Error).message}\n`)
          process.exit(2)
        },
      )
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
