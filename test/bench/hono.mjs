// A server written by hand with Hono over Maps: routes, a test of the header, a list with a filter; nothing is validated or kept.

import { serve } from '@hono/node-server'
import { Hono } from 'hono'

const states = ['pending', 'active', 'failed', 'expired']
const date = (i) => new Date(Date.UTC(2020, 1, 20, 11, 59, 3) + i * 1000).toISOString()
const user = (id, identifier = `user${id}@example.com`) => {
  return { id, resource: 'user', organisation: 1, key: 1, identifier, state: 'active', date_created: date(id) }
}
const session = (id) => {
  const { id: of, identifier } = user(1 + (id % 100))
  const source = { id, resource: 'source', user: of, type: 'icloud.account', identifier, state: 'active' }
  const state = states[(id * 7 + (id >> 3)) % 4]
  const about = { id, resource: 'session', organisation: 1, key: 1, user: of, source, state, error: '' }
  return { ...about, date_created: date(id), date_expired: '' }
}
const ids = (length) => Array.from({ length }, (_, i) => i + 1)
const users = new Map(ids(100).map((id) => [id, user(id)]))
const sessions = new Map(ids(1000).map((id) => [id, session(id)]))

const app = new Hono()
app.use(async (context, next) => {
  if (!context.req.header('authorization')?.startsWith('Token ')) return context.json({ error: 'unauthorised' }, 401)
  await next()
})
app.get('/users/:id', (context) => {
  const found = users.get(Number(context.req.param('id')))
  return found ? context.json(found) : context.json({ error: 'not-found' }, 404)
})
app.post('/users', async (context) => {
  const { identifier } = await context.req.json()
  const created = user(users.size + 1, identifier)
  users.set(created.id, created)
  return context.json(created, 201)
})
app.get('/sessions', (context) => {
  const { state, limit = '10' } = context.req.query()
  const all = [...sessions.values()].filter((one) => state === undefined || one.state === state)
  const data = all.slice(0, Number(limit))
  return context.json({ data, has_more: all.length > data.length, total_count: all.length, url: '/sessions' })
})
serve({ fetch: app.fetch, port: Number(process.argv[2]), hostname: '127.0.0.1' })
