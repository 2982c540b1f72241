import type { Controls } from '../control/routes.ts'
import { type RequestView, targetOf } from '../engine/journal.ts'

const mostCalls = 10

/** What helps to understand a test that failed: seed, scenario, clock and the last calls, in some lines of text. */
export function summaryOf({ seed, clock, scenario, requests }: Controls): string {
  const { began, unfired, problems } = scenario.report()
  const calls = requests.list({ limit: mostCalls })
  const { count } = requests
  const which = count > calls.length ? `the last ${calls.length} of ${count} calls` : 'the calls'
  return [
    `ricloud-mock: seed ${seed}, scenario "${scenario.name}", clock from ${began} to ${clock.now()}`,
    ...unfired.map((what) => `never fired: ${what}`),
    ...problems.map((what) => `failed: ${what}`),
    ...(count === 0 ? ['no call came'] : [`${which}:`, ...calls.map(lineOf)]),
  ].join('\n  ')
}

/** One call: `3  2020-02-20 12:00:05  POST /sessions  403 forbidden: The user 3 is blocked …`. */
function lineOf(request: RequestView): string {
  const { id, at, method, status, error, message, decided_by } = request
  const answer = error === null ? status || 'no answer' : `${status} ${error}: ${message}`
  const why = decided_by.length > 0 ? `  (${decided_by.join('; ')})` : ''
  return `  ${id}  ${at.slice(0, 19).replace('T', ' ')}  ${method} ${targetOf(request)}  ${answer}${why}`
}
