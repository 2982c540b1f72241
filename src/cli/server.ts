import { causeOf, messageOf } from '../engine/thrown.ts'
import type { Mock } from '../mock/ricloud.ts'
import { type ServeOptions, type StandaloneServer, serveMock } from '../standalone.ts'
import type { Key } from './options.ts'
import type { Reporter } from './reporter.ts'
import { type Settings, sourceOf } from './settings.ts'

/**
 * Starts a server that a reporter watches; throws an Error that names the source of the setting at fault.
 *
 * @param made a mock that there is already
 */
export async function serveWithReporter(
  options: ServeOptions,
  reporter: Reporter,
  settings: Settings,
  made?: Mock,
): Promise<StandaloneServer> {
  const log: ServeOptions['log'] = (level, message) => {
    if (level === 'error') reporter.error(message)
    // What a call of the API ignored is in the line of that call.
    else if (!/^[A-Z]+ \/(?!_mock)\S* ignored /.test(message)) reporter.warning?.(message)
  }
  const server = await serveMock(made, { ...options, log }, '--no-strict').catch((error) => {
    throw withSource(error, settings)
  })
  if (reporter.watched) server.mock.watch((watched) => reporter.watched?.(watched))
  return server
}

/** An error of the start, with the flag, variable or file that set what is at fault. */
function withSource(error: unknown, settings: Settings): unknown {
  const { sources } = settings
  const message = messageOf(error)
  const [option = ''] = /^\w+/.exec(message) ?? []
  if (sources.has(option as Key)) return new Error(message.replace(option, sourceOf(settings, option as Key)))
  // Only errors of the system have a cause: they are about the address.
  const setBy = causeOf(error) ? (['port', 'host'] as const).flatMap((key) => sources.get(key) ?? []) : []
  return setBy.length === 0 ? error : new Error(`${message} It is set by ${[...new Set(setBy)].join(' and ')}.`)
}

/** Closes a server and reports what never fired; resolves to false where that fails a strict scenario. */
export async function closeWithReport(server: StandaloneServer, reporter: Reporter, now = false): Promise<boolean> {
  const failure = await server.close({ now }).then(() => undefined, messageOf)
  reporter.finished?.(server.mock.scenario.report(), server.mock.strict)
  if (failure) reporter.error(`ricloud-mock: ${failure}`)
  return failure === undefined
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Calls back at each signal that would otherwise end the process. */
export function onSignals(callback: (signal: (typeof signals)[number]) => void): void {
  for (const signal of signals) process.on(signal, callback)
}
