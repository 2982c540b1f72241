import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { controlOpenapi, openapi } from '../../src/control/openapi.ts'
import { ApiMock } from '../../src/mock/mock.ts'
import { checkAgainst } from '../support/conform.ts'
import { lint } from '../support/lint.ts'
import { library } from './library.ts'

beforeAll(() =>
  checkAgainst({
    api: () => openapi(library.api),
    control: () => controlOpenapi({ ...library.api, ...library.language }, library.controlRoutes),
  }),
)
afterAll(() => checkAgainst())

const start = '2020-02-20T12:00:00.000000Z'

function setup(scenario: object = {}) {
  const mock = new ApiMock(library, {
    scenario: { scenario: 'toy', ...scenario },
    clock: { start, frozen: true },
  })
  const call = async (method: string, path: string, body?: object) => {
    const init = { method, ...(body && { body: JSON.stringify(body) }) }
    const response = await mock.fetch(`https://library.example${path}`, init)
    return { status: response.status, body: await response.json() }
  }
  const lend = (book = 1) => call('POST', '/loans', { book, borrower: 'Renate' })
  return { mock, call, lend }
}

describe('A second API on the engine', () => {
  it('POST /loans: answers 201 with the loan, its attributes in the order of the definition', async () => {
    const { status, body } = await setup().lend()
    expect(status).toBe(201)
    expect(Object.keys(body)).toEqual(['id', 'resource', 'book', 'borrower', 'state', 'date_created'])
  })

  it('POST /loans: a book that is lent gets the 400 of the engine', async () => {
    const { lend } = setup()
    await lend()
    expect(await lend()).toMatchObject({ status: 400, body: { params: { book: ['cannot be lent'] } } })
  })

  it('POST /loans: an unknown parameter is ignored and named', async () => {
    const { mock } = setup()
    const body = JSON.stringify({ book: 1, borrower: 'Renate', colour: 'red' })
    const response = await mock.fetch('https://library.example/loans', { method: 'POST', body })
    expect(response.headers.get('mock-ignored')).toBe('colour')
  })

  it('due work: a loan is overdue after the period of the settings', async () => {
    const { mock, lend } = setup({ settings: { loan_period: '7d' } })
    await lend()
    expect((await mock.clock.advance('7d')).map(({ event }) => event)).toEqual(['loan.reminded'])
  })

  it('a scenario: a timed step performs an action of the API', async () => {
    const { mock, lend } = setup({ steps: [{ on: 'loan.created', after: '2h', do: 'loan.return' }] })
    await lend()
    const events = await mock.clock.advance('2h')
    expect(events.map(({ event }) => event)).toEqual(['book.returned', 'loan.returned'])
  })

  it('a scenario: an action that the API does not have is refused with the nearest one', () => {
    expect(() => setup({ steps: [{ at: '1h', do: 'loan.retur' }] })).toThrow('Did you mean "loan.return"?')
  })

  it('a scenario: an attribute that the resource does not have is refused with those that it has', () => {
    const steps = [{ at: '1h', do: 'loan.return', where: { reader: 'Renate' } }]
    expect(() => setup({ steps })).toThrow('it has id, book, borrower, state, date_created')
  })

  it('a fault: the calls that it matches get its answer', async () => {
    const { lend } = setup({ faults: [{ on: 'POST /loans', first: 1, answer: { status: 503 } }] })
    expect([(await lend()).status, (await lend()).status]).toEqual([503, 201])
  })

  it('GET /_mock/state: has the records of each resource', async () => {
    const { call, lend } = setup()
    await lend(2)
    const { body } = await call('GET', '/_mock/state')
    expect(body.book.map(({ state }: { state: string }) => state)).toEqual(['available', 'lent'])
    expect(body.loan).toHaveLength(1)
  })

  it('GET /_mock/records/loan/{id}: has the actions that the state allows', async () => {
    const { call, lend } = setup()
    const { id } = (await lend()).body
    expect((await call('GET', `/_mock/records/loan/${id}`)).body.actions).toEqual(['loan.return'])
  })

  it('POST /_mock/clock: moves time and answers with the events', async () => {
    const { call, lend } = setup()
    await lend()
    const { body } = await call('POST', '/_mock/clock', { advance: 'next' })
    expect(body.happened.map(({ event }: { event: string }) => event)).toEqual(['loan.reminded'])
  })

  it('a snapshot: restoring it gives the records and what is due back', async () => {
    const { mock, call, lend } = setup()
    await lend()
    mock.snapshots.save('lent')
    await mock.clock.advance('30d')
    mock.snapshots.restore('lent')
    expect(mock.state().loan.map(({ state }) => state)).toEqual(['open'])
    expect((await call('GET', '/_mock/upcoming')).body.upcoming).toHaveLength(1)
  })

  it('equal seeds and calls give equal bytes', async () => {
    const [one, other] = [setup(), setup()]
    expect((await one.lend()).body).toEqual((await other.lend()).body)
  })

  it('its OpenAPI document has nothing that a linter finds', async () => {
    expect(await lint(openapi(library.api))).toEqual([[]])
  })
})
