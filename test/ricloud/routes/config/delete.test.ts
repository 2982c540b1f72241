import { describe, expect, it } from 'vitest'
import { answerOf, refusalOf } from '../../../support/answers.ts'
import { newSession, setupApi } from '../../../support/api.ts'
import { kinds, validStorage } from './configs.ts'

/** The default world, what it logs, and a way to delete; `more` valid configs are made beside the sample one. */
async function setup(path: string, wanted: object, more = 0) {
  const logged: string[] = []
  const api = setupApi({
    settings: { webhook_answers: [200] },
    log: (level, message) => logged.push(`${level}: ${message}`),
  })
  for (let i = 0; i < more; i++) await api.post(path, wanted)
  await api.mock.clock.advance('1s')
  return { ...api, remove: (id = 1) => api.delete(`${path}/${id}`), logged }
}

describe.each(kinds)('DELETE %s/{id}', (path, resource, wanted) => {
  const name = resource.replace('_', ' ')

  it('answers with the config as it was last, deactivated', async () => {
    const { get, remove } = await setup(path, wanted)
    const { body } = await get(`${path}/1`)
    expect(answerOf(await remove())).toEqual({ status: 200, body: { ...body, state: 'deactivated' } })
  })

  it('leaves nothing to be found', async () => {
    const { get, remove } = await setup(path, wanted)
    await remove()
    expect([refusalOf(await get(`${path}/1`)), (await get(path)).body.total_count]).toEqual(['404 not-found', 0])
  })

  it('does not find a config that was deleted before', async () => {
    const { remove } = await setup(path, wanted)
    await remove()
    expect(refusalOf(await remove())).toBe('404 not-found')
  })

  it('does not give its ID to the next config', async () => {
    const { post, remove } = await setup(path, wanted)
    await remove()
    expect((await post(path, wanted)).body.id).toBe(2)
  })

  it('lets a key that chose it fall back to the default', async () => {
    const { get, post, remove } = await setup(path, wanted)
    await post('/keys/2', { [resource]: 1 })
    await remove()
    expect((await get('/keys/2')).body[resource]).toBeNull()
  })

  it('says in the log that a key fell back', async () => {
    const { post, remove, logged } = await setup(path, wanted, 1)
    await post('/keys/2', { [resource]: 2 })
    await remove(2)
    expect(logged).toEqual([`warn: Key 2 used ${name} 2, which was deleted: it falls back to the default.`])
  })

  it('lets the default fall back to the newest valid one', async () => {
    const { get, remove } = await setup(path, wanted, 2)
    await remove()
    expect((await get('/organisation')).body[`${resource}_default`]).toBe(3)
  })

  it('says in the log what the default is now', async () => {
    const { remove, logged } = await setup(path, wanted, 1)
    await remove()
    expect(logged).toEqual([
      `warn: Organisation 1 had ${name} 1 as its default, which was deleted: its default is 2 now.`,
    ])
  })

  it('lets the default fall back to none where no other is valid', async () => {
    const { mock, get, remove } = await setup(path, wanted, 1)
    mock.actions['config.reject']({ where: { resource, id: 2 } })
    await remove()
    expect((await get('/organisation')).body[`${resource}_default`]).toBeNull()
  })

  it('says in the log that there is no default any more', async () => {
    const { remove, logged } = await setup(path, wanted)
    await remove()
    expect(logged).toEqual([
      `warn: Organisation 1 had ${name} 1 as its default, which was deleted: it has no default any more.`,
    ])
  })

  it('says nothing where nobody used it', async () => {
    const { remove, logged } = await setup(path, wanted, 1)
    await remove(2)
    expect(logged).toEqual([])
  })

  it('leaves the keys that chose another one as they are', async () => {
    const { get, post, remove } = await setup(path, wanted, 1)
    await post('/keys/2', { [resource]: 2 })
    await remove()
    expect((await get('/keys/2')).body[resource]).toBe(2)
  })

  it('emits a deactivation', async () => {
    const { mock, remove } = await setup(path, wanted)
    const emitted: string[] = []
    mock.watch((seen) => seen.kind === 'event' && emitted.push(seen.event.event))
    await remove()
    expect(emitted[0]).toBe(`${resource}.deactivated`)
  })

  it('does not find an unknown config', async () => {
    const { remove } = await setup(path, wanted)
    expect(refusalOf(await remove(99))).toBe('404 not-found')
  })

  it('deletes a deactivated config', async () => {
    const { mock, remove } = await setup(path, wanted)
    mock.db[resource].update({ where: { id: { equals: 1 } }, data: { state: 'deactivated' } })
    expect((await remove()).status).toBe(200)
  })
})

describe('Deleting the last valid storage config', () => {
  it('makes the organisation unconfigured', async () => {
    const { get, remove } = await setup('/configs/storage', validStorage)
    await remove()
    expect((await get('/organisation')).body.state).toBe('unconfigured')
  })

  it('lets polls be refused', async () => {
    const { post, remove } = await setup('/configs/storage', validStorage)
    await remove()
    const { body } = await post('/sessions', newSession(), { 'ricloud-await': '1' })
    const poll = { session: body.id, payload: { info_types: ['*'] } }
    expect(refusalOf(await post('/polls', poll))).toBe('400 unconfigured')
  })
})
