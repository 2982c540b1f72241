import type { Controls } from '../control/routes.ts'
import { type RequestView, targetOf, unsaid } from '../engine/journal.ts'
import { printableLine } from '../engine/messages.ts'

const maxCalls = 10

/** Seed, scenario, clock and the last calls as lines of text, for the output of a failed test. */
export function summaryOf({ seed, clock, scenario, requests }: Controls): string {
  const { began, unfired, problems } = scenario.report()
  const calls = requests.list({ limit: maxCalls })
  const { count } = requests
  const heading = count > calls.length ? `the last ${calls.length} of ${count} calls` : 'the calls'
  return [
    `ricloud-mock: seed ${seed}, scenario "${scenario.name}", clock from ${began} to ${clock.now()}`,
    ...clock.unawaited.map((move) => `not awaited: ${move}, so time had not moved yet when the next line ran`),
    ...unfired.map((what) => `never fired: ${what}`),
    ...problems.map((what) => `failed: ${what}`),
    ...(count === 0 ? ['no call came'] : [`${heading}:`, ...calls.map(lineOf)]),
  ]
    .map(printableLine)
    .join('\n  ')
}

/** A call as one line: `3  2020-02-20 12:00:05  POST /sessions  403 forbidden: The user 3 is blocked …`. */
function lineOf(request: RequestView): string {
  const { id, at, method, status, error, message, decided_by } = request
  const answer = error === null ? status || 'no answer' : `${status} ${error}: ${message}`
  const reasons = [...decided_by, unsaid(request)].filter((reason) => reason !== '')
  const why = reasons.length > 0 ? `  (${reasons.join('; ')})` : ''
  return `  ${id}  ${at.slice(0, 19).replace('T', ' ')}  ${method} ${targetOf(request)}  ${answer}${why}`
}
