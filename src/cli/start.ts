import { type StandaloneServer, serve } from '../standalone.ts'
import type { Flags } from './flags.ts'

/** Starts a server, says where it is, and stops it at once on Ctrl-C or SIGTERM: exit code 0, or 2 if a strict scenario did not come to pass. */
export async function start({ json, quiet, help: _, version: __, ...options }: Flags): Promise<void> {
  const log = (level: 'warn' | 'error', message: string) => {
    if (!quiet || level === 'error') process.stderr.write(`${message}\n`)
  }
  const server = await serve({ ...options, log })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      const { unfired, problems } = server.mock.scenario.report()
      if (!quiet && !options.strict) {
        for (const what of unfired) process.stderr.write(`never happened: ${what}\n`)
        for (const what of problems) process.stderr.write(`failed: ${what}\n`)
      }
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
  else if (!quiet) process.stderr.write(banner(server))
}

function banner({ url, token, mock }: StandaloneServer): string {
  const { frozen } = mock.clock
  const clock = frozen ? `stands at ${mock.clock.now()}; {"speed": 1} lets it run` : 'runs'
  return `ricloud-mock listens on ${url}

  curl ${url}/organisation -H 'Authorization: Token ${token}'
  curl ${url}/_mock/clock -d '{"advance": "6h"}'

Scenario: ${mock.scenario.name}. ${mock.scenario.description}
Clock:    ${clock}
Stop:     Ctrl-C
`
}
