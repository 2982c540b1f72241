import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { datetime } from '../../../src/engine/attribute.ts'
import { ListCache } from '../../../src/engine/http/list-cache.ts'
import { resource } from '../../../src/engine/resource.ts'
import { Views } from '../../../src/engine/view.ts'
import { viewerIn } from '../../../src/ricloud/dialect.ts'
import { type Answered, newSession, setupApi, startTime } from '../../support/api.ts'

const python = { 'user-agent': 'ricloud-py/3.2.0' }

/** A list as it is kept, and the same records retrieved after their texts were replaced by those of another dialect. */
async function bothWays(api: ReturnType<typeof setupApi>, path: string) {
  const { data } = (await api.get(path)).body
  const single: unknown[] = []
  for (const { id } of data) {
    await api.get(`${path}/${id}`, python)
    single.push((await api.get(`${path}/${id}`)).body)
  }
  return { data, single }
}

const thing = resource({
  id: 'integer',
  path: '/things',
  description: 'Anything',
  lifecycle: {},
  shape: { date_created: datetime() },
  hidden: {},
  filters: [],
})

describe('the text of a list', () => {
  it.each(['/keys', '/users', '/sources', '/sessions'])('is the same the second time at %s', async (path) => {
    const api = setupApi()
    const first = (await api.get(path)).body
    expect((await api.get(path)).body).toEqual(first)
  })

  it.each(['/keys', '/users', '/sources', '/sessions'])('is that of the records retrieved at %s', async (path) => {
    const api = setupApi()
    await api.get(path)
    const { data, single } = await bothWays(api, path)
    expect(data).toEqual(single)
  })

  it.each(['/users', '/sessions', '/polls'])(
    'makes no view of a record that is retrieved again at %s',
    async (path) => {
      const api = setupApi({ fixtures: ['polls'] })
      const [{ id }] = (await api.get(`${path}?limit=1`)).body.data
      const { body } = await api.get(`${path}/${id}`)
      const shows = vi.spyOn(Views.prototype, 'show')
      onTestFinished(() => shows.mockRestore())
      expect((await api.get(`${path}/${id}`)).body).toEqual(body)
      expect(shows).not.toHaveBeenCalled()
    },
  )

  it('follows a change of a record', async () => {
    const api = setupApi()
    await api.get('/users')
    await api.post('/users/1', { state: 'deactivated' })
    expect((await api.get('/users?identifier=john.appleseed@reincubate.com')).body.data[0].state).toBe('deactivated')
  })

  it("follows a change of a session's source", async () => {
    const api = setupApi()
    await api.get('/sessions')
    await api.post('/sources/1', { state: 'deactivated' })
    const { data, single } = await bothWays(api, '/sessions')
    expect(data).toEqual(single)
  })

  it('follows children that appear', async () => {
    const api = setupApi()
    const relay = { source: { user: 1, type: 'rirelay.instance' }, payload: { code: 'A1B2C3' } }
    await api.post('/sessions', relay)
    await api.get('/sources?limit=1000')
    const [{ id }] = (await api.get('/sources?state=active&type=rirelay.instance&limit=1')).body.data
    const { data } = (await api.get('/sources')).body
    expect(data.find((source: { id: number }) => source.id === id).children.total_count).toBe(2)
  })

  it.each([
    ['/sources', ([, , source]: Answered['body']['data']) => source],
    ['/sessions?source=5', ([session]: Answered['body']['data']) => session.source],
  ])('follows a change of a child at %s', async (path, sourceIn) => {
    const api = setupApi()
    await api.get(path)
    await api.post('/sources/6', { state: 'deactivated' })
    const { children } = sourceIn((await api.get(path)).body.data)
    expect(children.data.map(({ state }: { state: string }) => state)).toEqual(['active', 'deactivated'])
  })

  it('is in the dialect of the caller', async () => {
    const api = setupApi()
    await api.get('/sources')
    expect((await api.get('/sources', python)).body.data[0].children.resource).toBe('list')
  })

  it('stays right when more records are listed than are kept', async () => {
    const api = setupApi({ generate: { users: 6000 } })
    const seen = new Set<string>()
    for (let round = 0; round < 2; round++) {
      for (let after = ''; ; ) {
        const { data, has_more } = (await api.get(`/users?limit=1000${after}`)).body
        for (const { identifier } of data) seen.add(identifier)
        if (!has_more) break
        after = `&after_id=${data.at(-1).id}`
      }
    }
    expect(seen.size).toBe(6000)
  })

  it('is not shared by callers that see other records', async () => {
    const api = setupApi({ fixtures: ['super'] })
    const tokens = api.mock.db.key.getAll().map(({ token }) => token)
    const totals = async () => {
      const found: unknown[] = []
      for (const token of tokens) {
        found.push((await api.get('/keys', { authorization: `Token ${token}` })).body.total_count)
      }
      return found
    }
    const first = await totals()
    expect([new Set(first).size, await totals()]).toEqual([2, first])
  })

  it('names an ignored parameter the second time too', async () => {
    const api = setupApi()
    await api.get('/users?colour=red')
    expect((await api.get('/users?colour=red')).headers.get('mock-ignored')).toBe('colour')
  })

  it('follows a signed URL that expires', async () => {
    const api = setupApi({ clock: { start: startTime, frozen: true } })
    await api.post('/configs/storage/1', { signed_urls_enabled: true, signed_urls_expiry: 60 })
    const session = (await api.get('/sessions?state=active')).body.data[0].id
    await api.post('/polls', { session, payload: { data_types: ['ios_messages.messages'] } })
    await api.mock.clock.advance('30s')
    const signed = async () => (await api.get('/results')).body.data[0].signed_url
    expect((await signed()).url).toContain('signature=')
    await api.mock.clock.advance('2m')
    expect(await signed()).toBe(null)
  })

  it('shows a session that was started meanwhile', async () => {
    const api = setupApi()
    const before = (await api.get('/sessions')).body.total_count
    await api.post('/sessions', newSession())
    expect((await api.get('/sessions')).body.data.length).toBe(before + 1)
  })
})

describe('the texts of lists', () => {
  const viewer = viewerIn('documented')
  const records = Array.from({ length: 5001 }, (_, id) => ({ id, date_created: startTime }))

  /** Lists some of the records; gives how many of them were written for it. */
  function setupTexts() {
    const texts = new ListCache()
    return (data: typeof records) => {
      let written = 0
      const date_created = (_: unknown, record: { date_created: string }) => {
        written++
        return record.date_created
      }
      const views = new Views<typeof viewer, { thing: { id: number; date_created: string } }>(
        { thing },
        { thing: { computed: { date_created } } },
      )
      const { parts } = texts.list(viewer, views, '/things', 'thing', { data, has_more: false, total_count: 0 })
      expect(JSON.parse(parts.join('')).data).toEqual(data.map((record) => ({ ...record, resource: 'thing' })))
      return written
    }
  }

  it('are kept', () => {
    const list = setupTexts()
    const page = records.slice(0, 5000)
    expect([list(page), list(page)]).toEqual([5000, 0])
  })

  it('are forgotten where they would be more than 5000, and kept again', () => {
    const list = setupTexts()
    const [first, second] = records as [(typeof records)[0], (typeof records)[0]]
    list(records)
    expect([list(records.slice(5000)), list([first, second]), list([first, second])]).toEqual([0, 2, 0])
  })
})
