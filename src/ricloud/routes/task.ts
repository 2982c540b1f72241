import { listRoute, retrieveRoute } from './call.ts'

export const taskRoutes = [
  listRoute('task', {
    operation: 'listTasks',
    summary: 'List tasks: of polls, the initialisation of sessions, and tests of configs',
  }),
  retrieveRoute('task', {
    operation: 'retrieveTask',
    summary: 'One task',
  }),
]
