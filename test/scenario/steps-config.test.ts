import { describe, expect, it } from 'vitest'
import type { EventName, ScenarioInput, StepInput } from '../../src/index.ts'
import { setupApi } from '../support/api.ts'
import { eventsOf, linesOf, play } from './play.ts'

const credentials = { access_key_id: 'AKIAIOSFODNN7EXAMPLE' }
const storage = { url: 's3://my-bucket', credentials }
const bare = { url: 's3://my-bucket' }
const webhook = { url: 'https://example.com/webhooks' }

/** A world of such steps, whose webhooks lie outside private networks, so that none is called. */
const script = (steps: readonly StepInput[], settings: ScenarioInput['settings'] = {}) => play({ steps, settings })

/** Makes a config in a world of such steps, and lets a minute pass; gives its state then, and what the scenario could not do. */
async function made(path: string, wanted: object, steps: readonly StepInput[], settings?: ScenarioInput['settings']) {
  const { mock, get, post } = script(steps, settings)
  const { body } = await post(path, wanted)
  await mock.clock.advance('1m')
  return [(await get(`${path}/${body.id}`)).body.state, mock.scenario.report().problems]
}

describe('At a time', () => {
  it.each(['storage_config', 'webhook_config'] as const)('a step rejects a %s alone', async (resource) => {
    const { mock } = script([{ at: '1h', do: 'config.reject', where: { resource } }])
    const [happened] = linesOf(await mock.clock.advance('1h'))
    expect(happened).toBe(`13:00 ${resource}.rejected 1`)
  })

  it('a step without where is done to every config, and the organisation follows', async () => {
    const { mock } = script([{ at: '1h', do: 'config.reject' }])
    expect(linesOf(await mock.clock.advance('1h'))).toEqual([
      '13:00 storage_config.rejected 1',
      '13:00 organisation.unconfigured 1',
      '13:00 webhook_config.rejected 1',
    ])
  })

  const accept = { at: '1h', do: 'config.accept' } as const
  it.each<[string, StepInput]>([
    ['its ID', { ...accept, where: { resource: 'webhook_config', id: 2 } }],
    ['its ID in digits', { ...accept, where: { resource: 'webhook_config', id: '2' } }],
    ['its URL', { ...accept, where: { url: webhook.url } }],
    ['its state', { ...accept, where: { resource: 'webhook_config', state: 'invalid' } }],
  ])('a step finds a config by %s', async (_, step) => {
    const { mock, post } = script([step])
    await post('/configs/webhook', webhook)
    expect(linesOf(await mock.clock.advance('1h'))).toContain('13:00 webhook_config.accepted 2')
  })

  it('a step leaves the configs that it does not mean', async () => {
    const { mock, get } = script([{ at: '1h', do: 'config.reject', where: { resource: 'webhook_config', id: 1 } }])
    await mock.clock.advance('1h')
    expect((await get('/configs/storage/1')).body.state).toBe('valid')
  })

  it('a step decides a test that is under way', async () => {
    const { mock, get, post } = script([{ at: '1s', do: 'config.reject', where: { id: 1, type: 'gs' } }], {
      config_test: '5s',
    })
    const { body } = await post('/configs/storage/1/test')
    await mock.clock.advance('1m')
    expect((await get(`/tasks/${body.id}`)).body).toMatchObject({
      state: 'failed',
      error: 'the config was rejected',
      date_completed: '2020-02-20T12:00:01.000000Z',
    })
  })

  it('a step that meets no config is a problem of the scenario', async () => {
    const { mock } = script([{ at: '1h', do: 'config.accept', where: { resource: 'storage_config', id: 9 } }])
    await mock.clock.advance('1h')
    expect(mock.scenario.report().problems).toEqual([
      'step 1 (at 1h where resource = storage_config, id = 9: config.accept): there is no such config',
    ])
  })

  it('a step is no longer undone by the default, once the test is over', async () => {
    const { mock, get } = script([{ at: '1h', do: 'config.reject', where: { resource: 'storage_config' } }])
    await mock.clock.advance('7d')
    expect((await get('/configs/storage/1')).body.state).toBe('invalid')
  })
})

describe('On a call', () => {
  it.each([
    ['/configs/storage', 'config.accept', bare, 'valid'],
    ['/configs/storage', 'config.reject', storage, 'invalid'],
    ['/configs/webhook', 'config.accept', webhook, 'valid'],
  ] as const)('POST %s, the step %s decides the new config', async (path, action, wanted, state) => {
    expect(await made(path, wanted, [{ on: `POST ${path}`, do: action }])).toEqual([state, []])
  })

  it('a webhook that would answer is rejected all the same', async () => {
    const steps: StepInput[] = [{ on: 'POST /configs/webhook', do: 'config.reject' }]
    expect(await made('/configs/webhook', webhook, steps, { webhook_answers: [200] })).toEqual(['invalid', []])
  })

  it('a step comes a while after the call', async () => {
    const steps: StepInput[] = [{ on: 'POST /configs/storage', do: 'config.reject', after: '3s' }]
    const { mock, post } = script(steps, { config_test: '5s' })
    await post('/configs/storage', storage)
    expect(linesOf(await mock.clock.advance('1m'))).toEqual(['12:00 storage_config.rejected 2'])
  })

  it('a step decides only the configs that it means', async () => {
    const steps: StepInput[] = [{ on: 'POST /configs/storage', do: 'config.accept', where: { url: 's3://other-one' } }]
    expect(await made('/configs/storage', bare, steps)).toEqual(['invalid', []])
  })

  it('a step decides only the second config', async () => {
    const { mock, get, post } = script([{ on: 'POST /configs/storage', do: 'config.accept', nth: 2 }])
    for (let i = 0; i < 3; i++) await post('/configs/storage', bare)
    await mock.clock.advance('1s')
    const { data } = (await get('/configs/storage')).body
    expect(data.map(({ state }: { state: string }) => state)).toEqual(['invalid', 'valid', 'invalid', 'valid'])
  })

  it('a step decides a config that was changed', async () => {
    const { mock, get, post } = script([{ on: 'POST /configs/storage/*', do: 'config.reject' }])
    await post('/configs/storage/1', { signed_urls_enabled: true })
    await mock.clock.advance('1s')
    expect((await get('/configs/storage/1')).body.state).toBe('invalid')
  })

  it('a step decides the config that is tested', async () => {
    const { mock, get, post } = script([{ on: 'POST /configs/storage/*/test', do: 'config.reject' }])
    await post('/configs/storage/1/test')
    await mock.clock.advance('1s')
    expect((await get('/configs/storage/1')).body.state).toBe('invalid')
  })

  it('a step on the deletion of a config is done to no other', async () => {
    const { get, post, delete: remove } = script([{ on: 'DELETE /configs/storage/*', do: 'config.reject' }])
    await post('/configs/storage', storage)
    await post('/key', { storage_config: 1 })
    await remove('/configs/storage/2')
    expect((await get('/configs/storage/1')).body.state).toBe('valid')
  })

  it('the journal says which step decided', async () => {
    const { mock, post } = script([{ on: 'POST /configs/storage', do: 'config.reject' }])
    await post('/configs/storage', storage)
    expect(mock.requests.list()[0]?.decided_by).toEqual(['step 1 (on POST /configs/storage: config.reject)'])
  })

  it('the event of a step comes in its order', async () => {
    const { mock, post } = script([{ on: 'POST /configs/storage', do: 'config.accept' }], { config_test: '5s' })
    const happened: string[] = []
    mock.watch((seen) => seen.kind === 'event' && happened.push(seen.event.event))
    await post('/configs/storage', bare)
    await mock.clock.advance('1m')
    expect(happened).toEqual(['storage_config.created', 'storage_config.accepted'])
  })
})

describe('On an event', () => {
  it.each([
    [{ url: webhook.url }, ['webhook_config.accepted', 'organisation.blocked']],
    [{ url: 'https://other.example' }, ['webhook_config.accepted']],
  ])('a step waits for a config with %j', async (where, events) => {
    const { mock, post } = script([{ on: 'webhook_config.accepted', where, do: 'organisation.block' }])
    await post('/configs/webhook', webhook)
    const happened = mock.actions['config.accept']({ where: { resource: 'webhook_config', id: 2 } })
    expect(happened.map(({ event }) => event)).toEqual(events)
  })

  it.each<[EventName, string, object]>([
    ['storage_config.rejected', '/configs/storage', bare],
    ['storage_config.invalid', '/configs/storage', bare],
    ['webhook_config.rejected', '/configs/webhook', webhook],
  ])('%s, the config is accepted after all', async (on, path, wanted) => {
    expect(await made(path, wanted, [{ on, do: 'config.accept' }])).toEqual(['valid', []])
  })

  it('the config is rejected a while after it was made', async () => {
    const steps: StepInput[] = [{ on: 'storage_config.created', do: 'config.reject', after: '30s' }]
    expect(await made('/configs/storage', storage, steps)).toEqual(['invalid', []])
  })

  it('only a config that has the values is decided', async () => {
    const where = { type: 'gs', state: 'invalid' } as const
    const steps: StepInput[] = [{ on: 'storage_config.rejected', do: 'config.accept', where }]
    expect(await made('/configs/storage', bare, steps)).toEqual(['invalid', []])
  })

  it.each([
    ['storage_config.created', 'config.accept', '/configs/storage', bare, 'valid'],
    ['storage_config.created', 'config.reject', '/configs/storage', storage, 'invalid'],
    ['webhook_config.created', 'config.accept', '/configs/webhook', webhook, 'valid'],
  ] as const)('%s, the step %s decides the new config', async (on, action, path, wanted, state) => {
    expect(await made(path, wanted, [{ on, do: action }])).toEqual([state, []])
  })

  it('storage_config.renewed, the step decides the changed config', async () => {
    const { mock, get, post } = script([{ on: 'storage_config.renewed', do: 'config.reject' }])
    await post('/configs/storage/1', { signed_urls_enabled: true })
    await mock.clock.advance('1s')
    expect((await get('/configs/storage/1')).body.state).toBe('invalid')
  })

  it('the organisation of a config can be acted on', async () => {
    const { mock, post } = script([{ on: 'storage_config.rejected', do: 'organisation.block' }])
    await post('/configs/storage', bare)
    expect(eventsOf(await mock.clock.advance('1s'))).toEqual(['storage_config.rejected', 'organisation.blocked'])
  })

  it('steps that set each other off without end are a problem of the scenario', async () => {
    const { mock, post } = script([
      { on: 'storage_config.rejected', do: 'config.accept' },
      { on: 'storage_config.accepted', do: 'config.reject' },
    ])
    await post('/configs/storage', bare)
    await mock.clock.advance('1s')
    expect(mock.scenario.report().problems[0]).toContain('steps set each other off without time passing')
  })
})

describe('A step is refused', () => {
  it.each([
    ['that waits for what leads to no config', { on: 'session.active' }, 'steps[0].do: is impossible'],
    ['that waits for no event', { on: 'storage_config.deleted' }, 'steps[0].on: is no event'],
    ['whose attribute there is not', { at: '1h', where: { bucket: 'x' } }, 'steps[0].where.bucket: is no attribute'],
    ['whose state there is not', { at: '1h', where: { state: 'vald' } }, '(did you mean "valid"?)'],
    ['whose ID is none', { at: '1h', where: { id: 'first' } }, 'steps[0].where.id: must be an integer ID'],
    ['with details', { at: '1h', with: { error: 'x' } }, 'steps[0].with'],
  ])('%s', (_, step, problem) => {
    expect(() => script([{ do: 'config.accept', ...step } as StepInput])).toThrow(problem)
  })

  it('whose resource there is not', () => {
    expect(() => script([{ at: '1h', do: 'config.accept', where: { resource: 'storage' as never } }])).toThrow(
      'steps[0].where',
    )
  })
})

describe('An action', () => {
  it('opens a deactivated config again', () => {
    const { mock } = setupApi()
    mock.db.storage_config.update({ where: { id: { equals: 1 } }, data: { state: 'deactivated' } })
    mock.actions['config.accept']({ where: { resource: 'storage_config' } })
    expect(mock.db.storage_config.getAll().map(({ state }) => state)).toEqual(['valid'])
  })

  it('on configs none of which matches is refused', () => {
    const { mock } = setupApi({ fixtures: ['empty'] })
    expect(() => mock.actions['config.reject']()).toThrow('No config matches {}.')
  })

  it('makes the first accepted config the default', () => {
    const { mock } = setupApi({ fixtures: ['empty'] })
    mock.db.storage_config.create({ organisation: 1, state: 'new' })
    mock.actions['config.accept']()
    expect(mock.state().organisation[0]?.storage_config_default).toBe(1)
  })
})
