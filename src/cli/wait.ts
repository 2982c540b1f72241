import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { Clock, parseDuration, stopwatch } from '../engine/time/clock.ts'
import { duration } from './flag-values.ts'
import { isOn, type Line, textOf } from './line.ts'
import { say } from './output.ts'

const usual = '30s'
/** How long one attempt may take, and how long it is until the next one, in milliseconds. */
const patience = 2000
const pause = 50

/** Waits until a server answers; throws an Error that tells what was seen last if none does in time. */
export async function waitFor(line: Line): Promise<number> {
  const [given, ...more] = line.words
  if (given === undefined || more.length > 0) {
    throw new Error('wait takes one URL: ricloud-mock wait http://127.0.0.1:7425')
  }
  const health = healthOf(given)
  const timeout = duration(textOf(line, 'timeout') ?? usual, '--timeout')
  const clock = new Clock()
  const end = stopwatch() + parseDuration(timeout) / 1000
  let seen: string | undefined
  for (;;) {
    const what = await attempt(health, clock, Math.min(patience, end - stopwatch()))
    if (what === undefined) break
    // The last attempt may be too short to see anything.
    seen = what === 'nothing' ? (seen ?? 'it does not answer') : what
    if (stopwatch() + pause >= end) throw new Error(`No server was ready at ${given} within ${timeout}: ${seen}.`)
    await new Promise<void>((done) => clock.wake(pause * 1000, done, true))
  }
  if (!isOn(line, 'quiet')) await say(process.stderr, `${given} is ready.`)
  return 0
}

function healthOf(given: string): URL {
  const url = URL.canParse(given) ? new URL(given) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new Error(`wait takes a URL such as http://127.0.0.1:7425, got "${given}".`)
  }
  return new URL(`${url.pathname.replace(/\/+$/, '')}/_mock/health`, url.origin)
}

/** What was seen instead of a server that is ready, or `nothing`; undefined where there is one. */
async function attempt(health: URL, clock: Clock, milliseconds: number): Promise<string | undefined> {
  const { get } = health.protocol === 'https:' ? await import('node:https') : await import('node:http')
  return new Promise((seen) => {
    const request = get(health, { agent: false }, (response) => {
      text(response).then(
        (body) => seen(judge(response, body)),
        (error) => seen(reasonOf(error)),
      )
    })
    request.on('error', (error) => seen(reasonOf(error)))
    const stop = clock.wake(milliseconds * 1000, () => {
      seen('nothing')
      request.destroy()
    })
    request.on('close', stop)
  })
}

function judge({ statusCode }: IncomingMessage, body: string): string | undefined {
  const { status, message } = objectIn(body)
  if (statusCode === 200 && status === 'ok') return undefined
  if (typeof message === 'string') return `it answers ${statusCode}: ${message.replace(/\.$/, '')}`
  return `what answers there (${statusCode}) is no ricloud-mock`
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

const reasonOf = ({ code = '', message }: NodeJS.ErrnoException) => reasons[code] ?? message
