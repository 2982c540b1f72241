import { describe, expect, it } from 'vitest'
import { createMock, type FaultInput } from '../../src/index.ts'
import { setupApi } from '../support/api.ts'
import { arrange, emptyWorld } from '../support/world.ts'

const fault = (number: number): FaultInput => ({ on: 'GET /users', first: number, answer: { status: 503 } })

describe('Faults', () => {
  it('of which 1,500 strike no call any more are answered by the one that is armed', async () => {
    const { mock, post, get } = setupApi()
    for (let number = 0; number < 1500; number++) {
      mock.faults.arm(fault(1))
      await get('/users')
    }
    const { body } = await post('/_mock/faults', fault(2))
    expect(body).toEqual({ faults: [expect.objectContaining({ first: 2, armed: true })] })
    expect(mock.faults.list().length).toBeLessThanOrEqual(2000)
  })

  it('may be 1,000 at once', async () => {
    const { mock, post } = setupApi()
    for (let number = 0; number < 1000; number++) mock.faults.arm(fault(1))
    const { status, body } = await post('/_mock/faults', fault(1))
    expect([status, body.error]).toEqual([400, 'invalid-parameter'])
    expect(body.message).toBe('1000 faults are armed, and there may be no more: disarm those no longer needed.')
    expect(mock.faults.disarm()).toBe(1000)
    mock.faults.arm(fault(1))
  })

  it('may be 1,000 in a scenario', () => {
    const faults = Array.from({ length: 1001 }, () => fault(1))
    expect(() => createMock({ scenario: { scenario: 'a', faults } })).toThrow('faults: must be at most 1000 faults')
    createMock({ scenario: { scenario: 'a', faults: faults.slice(1) } })
  })
})

it('An index has no list for a value that no record has', () => {
  const { tables } = emptyWorld()
  arrange({ tables } as never, 'user', {})
  const numbers = Array.from({ length: 1000 }, (_, number) => number)
  for (const number of numbers) {
    const user = tables.user.get(1)
    if (user) tables.user.update(user, { identifier: `user-${number}`, key: 1 + (number % 7) })
  }
  const listed = () => numbers.filter((number) => tables.user.has(1, 'identifier', `user-${number}`))
  expect(listed()).toEqual([999])
  const user = tables.user.get(1)
  if (user) tables.user.delete(user)
  expect(listed()).toEqual([])
})

it('Of the attempts of a delivery that were asked for, the last 100 are kept, beside those of the API', async () => {
  const settings = { events: ['*'], webhook_answers: [200] }
  const { mock, post } = setupApi({ settings })
  await post('/configs/webhook', { url: 'http://localhost/hooks' })
  await post('/users', { identifier: 'a' })
  const delivery = mock.webhooks.deliveries.at(-1)
  const id = String(delivery?.id)
  for (let number = 0; number < 150; number++) await mock.webhooks.redeliver(id)
  const { attempts } = mock.webhooks.deliveries.at(-1) as unknown as { attempts: { redelivered: boolean }[] }
  expect(attempts.map(({ redelivered }) => redelivered)).toEqual([false, ...Array(100).fill(true)])
})
