import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { shownUrl, withoutSecrets } from '../engine/messages.ts'
import { systemReason } from '../engine/system-errors.ts'
import { withoutTrailingSlashes } from '../engine/text.ts'
import { codeOf } from '../engine/thrown.ts'
import { Clock, stopwatch } from '../engine/time/clock.ts'
import { parseDuration } from '../engine/time/duration.ts'
import { type CommandLine, isOn, textOf } from './command-line.ts'
import { options } from './options.ts'
import { printMessage } from './output.ts'

/** How long one attempt may take, and the pause before the next one, in milliseconds. */
const attemptTimeout = 2000
const pause = 50

/** Waits until a server answers; if none does in time, throws an Error with what was found instead. */
export async function waitForServer(line: CommandLine): Promise<number> {
  const [given, ...more] = line.words
  if (given === undefined || more.length > 0) {
    throw new Error('wait takes one URL: ricloud-mock wait http://127.0.0.1:7425')
  }
  const health = healthOf(given)
  const shown = withoutSecrets(given)
  const timeout = options.timeout.type.read(textOf(line, 'timeout') ?? options.timeout.default, '--timeout')
  const isQuiet = isOn(line, 'quiet')
  const clock = new Clock()
  const end = stopwatch() + parseDuration(timeout) / 1000
  let found: string | undefined
  for (;;) {
    const reason = await attempt(health, clock, Math.min(attemptTimeout, end - stopwatch()))
    if (reason === undefined) break
    const isFirst = found === undefined
    // The last attempt may be too short to find anything.
    found = reason === 'nothing' ? (found ?? 'it does not answer') : reason
    if (stopwatch() + pause >= end) throw new Error(`No server was ready at ${shown} within ${timeout}: ${found}.`)
    if (isFirst && !isQuiet) await printMessage(`Waiting up to ${timeout} for ${shown}: ${found}.`)
    await new Promise<void>((done) => clock.wake(pause * 1000, done, true))
  }
  if (!isQuiet) await printMessage(`${shown} is ready.`)
  return 0
}

function healthOf(given: string): URL {
  const url = URL.canParse(given) ? new URL(given) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new Error(`wait takes a URL such as http://127.0.0.1:7425, got ${shownUrl(given)}.`)
  }
  return new URL(`${withoutTrailingSlashes(url.pathname)}/_mock/health`, url.origin)
}

/** What was found instead of a server that is ready, `nothing` after a timeout; undefined where there is one. */
async function attempt(health: URL, clock: Clock, milliseconds: number): Promise<string | undefined> {
  const { get } = health.protocol === 'https:' ? await import('node:https') : await import('node:http')
  return new Promise((resolve) => {
    const request = get(health, { agent: false }, (response) => {
      text(response).then(
        (body) => resolve(whyNotReady(response, body)),
        (error) => resolve(reasonOf(error)),
      )
    })
    request.on('error', (error) => resolve(reasonOf(error)))
    const stop = clock.wake(milliseconds * 1000, () => {
      resolve('nothing')
      request.destroy()
    })
    request.on('close', stop)
  })
}

function whyNotReady({ statusCode }: IncomingMessage, body: string): string | undefined {
  const { status, message } = objectIn(body)
  if (statusCode === 200 && status === 'ok') return undefined
  if (typeof message === 'string') return `it answers ${statusCode}: ${message.replace(/\.$/, '')}`
  return `the server that answers (${statusCode}) is not ricloud-mock`
}

function objectIn(json: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(json))
  } catch {
    return {}
  }
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection is refused',
  ECONNRESET: 'the connection is closed without an answer',
  ENOTFOUND: 'its host is unknown',
}

const reasonOf = (error: unknown) => reasons[codeOf(error) ?? ''] ?? systemReason(error)
