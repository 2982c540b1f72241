import { ok } from '../../engine/http/router.ts'
import { find } from '../rules/access.ts'
import { answerList, filters, route, shown } from './call.ts'

export const taskRoutes = [
  route({
    method: 'GET',
    path: '/tasks',
    operation: 'listTasks',
    evidence: 'documented',
    summary: 'List tasks: the initialisation of sessions, and tests of configs',
    query: filters.task,
    answers: { 200: 'task_list' },
    handle: (call) => answerList(call, 'task'),
  }),
  route({
    method: 'GET',
    path: '/tasks/{id}',
    operation: 'retrieveTask',
    evidence: 'documented',
    summary: 'One task',
    answers: { 200: 'task' },
    handle: (call) => ok(shown(call, 'task', find(call.world, call.caller, 'task', call.params.id))),
  }),
]
