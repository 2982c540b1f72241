import { describe, expect, it } from 'vitest'
import { answerOf, faultsOf, idsOf, ignoredBy, refusalOf, withToken } from '../../../support/answers.ts'
import { setupApi } from '../../../support/api.ts'
import { recordOf, worlds } from '../../../support/worlds.ts'
import { kinds } from './configs.ts'

const settings = { webhook_answers: [200] }
const [organisation] = worlds.default.organisations
const other = withToken('ricloud-mock-other-token')

/** The sample config of the default world's fixture, as its own path shows it. */
const samples = {
  '/configs/storage': {
    ...recordOf(organisation?.storage_configs.data ?? [], 1),
    organisation: 1,
    signed_urls_enabled: false,
    signed_urls_expiry: null,
  },
  '/configs/webhook': { ...recordOf(organisation?.webhook_configs.data ?? [], 1), organisation: 1 },
} as const

describe.each(kinds)('GET %s', (path, _, wanted) => {
  it('lists the configs of the own organisation alone', async () => {
    const { get } = setupApi({ fixtures: ['two-organisations'] })
    const body = { data: [samples[path]], has_more: false, total_count: 1, url: path }
    expect(answerOf(await get(path))).toEqual({ status: 200, body })
  })

  it('is empty where there are none', async () => {
    const { get } = setupApi({ fixtures: ['empty'] })
    const body = { data: [], has_more: false, total_count: 0, url: path }
    expect(answerOf(await get(path))).toEqual({ status: 200, body })
  })

  it('lists the newest first', async () => {
    const { get, post } = setupApi({ settings })
    await post(path, wanted)
    expect(idsOf(await get(path))).toEqual([2, 1])
  })

  it('finds a config by the state it has now', async () => {
    const { get, post } = setupApi({ settings: { ...settings, config_test: '5s' } })
    await post(path, wanted)
    expect([idsOf(await get(`${path}?state=new`)), idsOf(await get(`${path}?state=valid`))]).toEqual([[2], [1]])
  })

  it('takes a repeated state as any of them', async () => {
    const { get, post } = setupApi({ settings: { ...settings, config_test: '5s' } })
    await post(path, wanted)
    expect(idsOf(await get(`${path}?state=new&state=valid`))).toEqual([2, 1])
  })

  it('refuses a state that does not exist, and names the nearest', async () => {
    const { get } = setupApi()
    const { body } = await get(`${path}?state=vald`)
    const fault = 'must be "new", "valid", "invalid" or "deactivated", got "vald" (did you mean "valid"?)'
    expect(body.params).toEqual({ state: [fault] })
  })

  it('goes on after a config, page by page', async () => {
    const { get, post } = setupApi({ settings })
    for (let i = 0; i < 3; i++) await post(path, wanted)
    const seen: (string | number)[] = []
    for (let more = true; more; ) {
      const page = await get(`${path}?limit=2${seen.length ? `&after_id=${seen.at(-1)}` : ''}`)
      seen.push(...idsOf(page))
      more = page.body.has_more
    }
    expect(seen).toEqual([4, 3, 2, 1])
  })

  it('cannot go on after a config that there is not', async () => {
    const { get } = setupApi()
    expect(faultsOf(await get(`${path}?after_id=99`))).toEqual(['400 invalid-parameter', 'after_id'])
  })

  it("cannot go on after another organisation's", async () => {
    const { get } = setupApi({ fixtures: ['two-organisations'] })
    expect(faultsOf(await get(`${path}?before_id=2`))).toEqual(['400 invalid-parameter', 'before_id'])
  })

  it('ignores other parameters, and says so', async () => {
    const { get } = setupApi()
    expect(ignoredBy(await get(`${path}?url=x`))).toBe('url')
  })

  it('is named as a list to the official client', async () => {
    const { get } = setupApi({ dialect: 'ricloud-py' })
    expect(Object.keys((await get(path)).body)[0]).toBe('resource')
  })
})

describe.each(kinds)('GET %s/{id}', (path, resource) => {
  it('shows one config, its attributes in the order of the contract', async () => {
    const { get } = setupApi()
    const names = {
      storage_config: [
        'id,resource,organisation,type,url,credentials',
        'signed_urls_enabled,signed_urls_expiry,state,date_created',
      ].join(','),
      webhook_config: 'id,resource,organisation,url,secret,state,date_created',
    }
    const { body } = await get(`${path}/1`)
    expect([body, Object.keys(body).join(',')]).toEqual([samples[path], names[resource]])
  })

  it.each(['99', '0', 'one', '1.5'])('does not find %s', async (id) => {
    const { get } = setupApi()
    const message = `No ${resource.replace('_', ' ')} has the ID "${id}".`
    expect(answerOf(await get(`${path}/${id}`))).toEqual({ status: 404, body: { error: 'not-found', message } })
  })

  it("does not find another organisation's", async () => {
    const { get } = setupApi({ fixtures: ['two-organisations'] })
    expect(refusalOf(await get(`${path}/2`))).toBe('404 not-found')
  })

  it('finds it with the token of that organisation', async () => {
    const { get } = setupApi({ fixtures: ['two-organisations'] })
    expect((await get(`${path}/2`, other)).body.organisation).toBe(2)
  })
})

describe.each(kinds)('Another organisation’s %s', (path) => {
  it.each([
    ['changed', 'POST', ''],
    ['deleted', 'DELETE', ''],
    ['tested', 'POST', '/test'],
  ])('cannot be %s', async (_, method, end) => {
    const { call } = setupApi({ fixtures: ['two-organisations'], settings })
    expect(refusalOf(await call(method, `${path}/2${end}`))).toBe('404 not-found')
  })

  it('is listed to a super organisation', async () => {
    const { get } = setupApi({ fixtures: ['super'] })
    expect(idsOf(await get(path))).toEqual([2, 1])
  })

  it('is shown to a super organisation', async () => {
    const { get } = setupApi({ fixtures: ['super'] })
    expect((await get(`${path}/2`)).body.organisation).toBe(2)
  })

  it.each([
    ['changed', 'POST', ''],
    ['deleted', 'DELETE', ''],
    ['tested', 'POST', '/test'],
  ])('is not %s by a super organisation', async (_, method, end) => {
    const { call } = setupApi({ fixtures: ['super'], settings })
    expect(refusalOf(await call(method, `${path}/2${end}`))).toBe('404 not-found')
  })
})
