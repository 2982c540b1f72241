import * as z from 'zod'
import { integerId, oneOf } from '../../engine/fields.ts'
import type { Filters } from '../../engine/http/list.ts'
import type { Dialect, Viewer } from '../dialect.ts'
import { type InitError, initErrors, type Task, taskStates, taskTypes } from './records.ts'

/** As sessions do: the pages know one error of a failed initialisation. */
const shownError = (dialect: Dialect, { error }: Task) =>
  dialect === 'documented' && initErrors.includes(error as InitError) ? 'init_failed' : error

/** Filters of `GET /tasks` (assumed). */
export const taskFilters = {
  key: integerId,
  user: integerId,
  source: integerId,
  session: z.string(),
  type: oneOf(taskTypes),
  state: oneOf(taskStates),
  date_created: 'datetime',
} satisfies Filters

/** A task as the API sends it (documented attributes). */
export function showTask({ dialect }: Viewer, task: Task) {
  return {
    id: task.id,
    resource: 'task' as const,
    organisation: task.organisation,
    key: task.key,
    user: task.user,
    source: task.source,
    session: task.session,
    poll: task.poll,
    source_type: task.source_type,
    type: task.type,
    target: task.target,
    state: task.state,
    results: task.results,
    error: shownError(dialect, task),
    date_created: task.date_created,
    date_started: task.date_started,
    date_completed: task.date_completed,
  }
}
