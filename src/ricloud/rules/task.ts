import { move } from '../../engine/lifecycle.ts'
import type { Task } from '../resources/index.ts'
import type { World } from '../types.ts'

/** The attributes that a new task is created with. */
export type NewTask = Pick<Task, 'organisation' | 'key' | 'type' | 'target'> &
  Partial<Pick<Task, 'user' | 'source' | 'session' | 'source_type'>>

/**
 * Creates a task for work that the API does in the background; it is `processing` at once (assumed).
 *
 * @param date the datetime at which the work starts, such as that of a new record; by default the present
 */
export function startTask(world: World, about: NewTask, date: string = world.clock.stamp()): Task {
  const task = world.tables.task.insert({
    id: world.random.uuid(),
    user: null,
    source: null,
    session: null,
    source_type: null,
    ...about,
    poll: null,
    next: null,
    state: 'pending',
    error: null,
    date_created: date,
    date_started: null,
    date_completed: null,
  })
  return move(world, 'task', task, 'start', { date_started: date })
}

/** Ends every open task of a type and target: `failed` with an error, `succeeded` without. */
export function endTasks(
  world: World,
  about: Pick<Task, 'organisation' | 'type' | 'target'>,
  error: string | null,
): void {
  const { organisation, type, target } = about
  // The index finds tasks of a session by `session`; tasks of configs are few.
  const session = type === 'session.init' ? target : null
  const where = { state: ['pending', 'processing'], session: [session], type: [type] }
  const open = world.tables.task.list({ owners: [organisation], where, limit: Infinity })
  for (const task of open.data.filter((one) => one.target === target)) {
    const date_completed = world.clock.notBefore(task.date_created)
    move(world, 'task', task, error === null ? 'succeed' : 'fail', { error, date_completed })
  }
}

/** Whether a task is still `pending` or `processing`. */
export function isOpen(world: World, id: string): boolean {
  const state = world.tables.task.get(id)?.state
  return state === 'pending' || state === 'processing'
}
