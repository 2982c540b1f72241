import { move } from '../../engine/lifecycle.ts'
import type { Task } from '../resources/index.ts'
import type { World } from '../types.ts'

/** What a task is about. */
export type NewTask = Pick<Task, 'organisation' | 'key' | 'type' | 'target'> &
  Partial<Pick<Task, 'user' | 'source' | 'session' | 'source_type'>>

/**
 * Notes work that the API does by itself; it is under way at once (assumed).
 *
 * @param date that of the record with which the work begins, if it does with one
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
    state: 'pending',
    results: [],
    error: null,
    date_created: date,
    date_started: null,
    date_completed: null,
  })
  return move(world, 'task', task, 'start', { date_started: date })
}

/** Ends every open task of a type that is about a record: with an error it failed. */
export function endTasks(
  world: World,
  about: Pick<Task, 'organisation' | 'type' | 'target'>,
  error: string | null,
): void {
  const { organisation, type, target } = about
  // Those of sessions are found by theirs; those of configs are few.
  const session = type === 'session.init' ? target : null
  const where = { type: [type], session: [session], state: ['pending', 'processing'] }
  const open = world.tables.task.list({ owners: [organisation], where, limit: Infinity })
  for (const task of open.data.filter((one) => one.target === target)) {
    const date_completed = world.clock.notBefore(task.date_created)
    move(world, 'task', task, error === null ? 'succeed' : 'fail', { error, date_completed })
  }
}

/** Whether a task is still under way. */
export function isOpen(world: World, id: string): boolean {
  const state = world.tables.task.get(id)?.state
  return state === 'pending' || state === 'processing'
}
