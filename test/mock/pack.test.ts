import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { read, write } from '../../src/engine/serialize.ts'
import { createMock, type MockOptions } from '../../src/index.ts'
import { newSession, startTime } from '../support/api.ts'

const clock = { start: startTime, frozen: true }
const setup = (options: MockOptions = {}) => createMock({ clock, log: () => {}, ...options })
const usersOf = async (mock: ReturnType<typeof setup>) => {
  const response = await mock.fetch('https://any.host/users', { headers: { authorization: `Token ${mock.token}` } })
  return response.text()
}

describe('A world as text', () => {
  it('is plain data again, Maps, Sets, undefined and infinities too', () => {
    const leaf = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constantFrom(null, undefined, Infinity, -Infinity, '$', { $: 'map' }),
    )
    const key = fc.oneof(fc.string(), fc.constantFrom('$', 'is', '__proto__'))
    const { data } = fc.letrec((tie) => ({
      data: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('data'), { maxLength: 4 }),
        fc.array(fc.tuple(key, tie('data')), { maxLength: 4 }).map((items) => Object.fromEntries(items)),
        fc.array(fc.tuple(leaf, tie('data')), { maxLength: 4 }).map((items) => new Map(items)),
        fc.array(leaf, { maxLength: 4 }).map((items) => new Set(items)),
      ),
    }))
    fc.assert(fc.property(data, (value) => void expect(read(write(value))).toStrictEqual(value)))
  })

  it('is not there while records are generated, and is taken up before others are', async () => {
    const generate = { users: 30, sessions: 20 }
    const [mock, twin] = [setup({ generate }), setup({ generate })]
    expect(mock.pack()).toBeUndefined()
    await mock.ready
    await mock.fetch('https://any.host/users', {
      method: 'POST',
      headers: { authorization: `Token ${mock.token}` },
      body: '{"identifier":"new@example.com"}',
    })
    twin.unpack(mock.pack() as string)
    expect(await usersOf(twin)).toBe(await usersOf(mock))
    await twin.ready
    expect(twin.pack()).toBe(mock.pack())
  })

  it.each([
    ['another version', '{"format":0}', 'it was saved by another version'],
    ['nothing', '', 'JSON'],
    ['half of it', '{"format":5,"options":"{}"}', 'other options'],
  ])('is refused if it is %s, and the world stays as it is', async (_, text, message) => {
    const mock = setup({ scenario: 'wrong-password' })
    const before = mock.pack()
    expect(() => mock.unpack(text)).toThrow(message)
    expect(mock.pack()).toBe(before)
  })

  it.each(['database', 'buckets'])('is refused if it lacks the %s, and the world stays as it is', async (part) => {
    const mock = setup({ scenario: { scenario: 'renate', accounts: [{ identifier: 'renate@example.com' }] } })
    await mock.fetch('https://any.host/sessions', {
      method: 'POST',
      headers: { authorization: `Token ${mock.token}` },
      body: JSON.stringify(newSession('renate@example.com')),
    })
    await mock.clock.advance('1m')
    expect(mock.scenario.report().unfired).toEqual([])
    const text = mock.pack() as string
    expect(() => mock.unpack(text.replace(`"${part}"`, '"another"'))).toThrow(`it has no ${part}`)
    expect(mock.pack()).toBe(text)
  })

  it('is refused by a mock with other options', () => {
    const text = setup({ seed: 1 }).pack() as string
    expect(() => setup({ seed: 2 }).unpack(text)).toThrow('it was made with other options')
  })
})
