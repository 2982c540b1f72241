import { type ServeOptions, type StandaloneServer, serve } from '../standalone.ts'
import type { Output } from './output.ts'
import { paintFor, takesColours } from './paint.ts'
import { humanVoice, type Reporter } from './reporter.ts'
import { type Settings, saying } from './settings.ts'
import type { Name } from './values.ts'

/** Starts a server whose doings a voice tells; throws an Error that names who set what is at fault. */
export async function serveAloud(
  options: ServeOptions,
  voice: Reporter,
  settings: Settings,
): Promise<StandaloneServer> {
  const log: ServeOptions['log'] = (level, message) => {
    if (level === 'error') voice.error(message)
    // What a call of the API ignored stands in its own line.
    else if (!/^[A-Z]+ \/(?!_mock)\S* ignored /.test(message)) voice.warn?.(message)
  }
  const server = await serve({ ...options, log }).catch((error: Error) => {
    throw explained(error, settings)
  })
  if (voice.see) server.mock.watch((watched) => voice.see?.(watched))
  return server
}

/** An error of the start, with who set what is at fault. */
function explained(error: Error, { origins }: Settings): Error {
  const [option = ''] = /^\w+/.exec(error.message) ?? []
  if (origins.has(option as Name)) return new Error(error.message.replace(option, saying(origins, option as Name)))
  // Only the system's errors have a cause: it is the place that it does not like.
  const setBy = error.cause ? (['port', 'host'] as const).flatMap((name) => origins.get(name) ?? []) : []
  return setBy.length === 0 ? error : new Error(`${error.message} It is set by ${[...new Set(setBy)].join(' and ')}.`)
}

/** Closes a server, and tells what never came to pass; resolves to false where it was strict, and something did not. */
export async function closeAloud(server: StandaloneServer, voice: Reporter, now = false): Promise<boolean> {
  const failure = await server.close({ now }).then(
    () => undefined,
    (error: Error) => error,
  )
  voice.report?.(server.mock.scenario.report(), server.mock.strict)
  if (failure) voice.error(`ricloud-mock: ${failure.message}`)
  return failure === undefined
}

/** Tells people on stderr, in colours where it takes them. */
export const ownVoice = (err: Output) => humanVoice(err, paintFor(takesColours(process.stderr, process.env)))

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Calls back at each signal that would end the program, which then goes on. */
export function onSignals(work: (signal: (typeof signals)[number]) => void): void {
  for (const signal of signals) process.on(signal, work)
}
