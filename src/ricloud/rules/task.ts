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
  const { task: tasks } = world.tables
  if (!unended.some((state) => tasks.has(organisation, 'state', state))) return
  const session = type === 'session.init' ? target : null
  const isMeant = (task: Task) => task.type === type && task.session === session && isUnended(task)
  for (const task of tasks.having(organisation, 'target', target).filter(isMeant).reverse()) {
    const date_completed = world.clock.notBefore(task.date_created)
    move(world, 'task', task, error === null ? 'succeed' : 'fail', { error, date_completed })
  }
}

/** The error of the newest task of a type and target; null if it has none. */
export const lastError = (
  world: World,
  { organisation, type, target }: Pick<Task, 'organisation' | 'type' | 'target'>,
): string | null =>
  world.tables.task.having(organisation, 'target', target).findLast((task) => task.type === type)?.error ?? null

/** Whether a task is still `pending` or `processing`. */
export function isOpen(world: World, id: string): boolean {
  const task = world.tables.task.get(id)
  return task !== undefined && isUnended(task)
}

const unended: readonly Task['state'][] = ['pending', 'processing']
const isUnended = ({ state }: Task) => unended.includes(state)
