import fc from 'fast-check'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { causeOf, codeOf, messageOf, nameOf, stackOf } from '../../src/engine/thrown.ts'
import { post } from '../../src/engine/webhook.ts'
import { setupWebhook } from '../webhooks/world.ts'

const part = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.constant(403),
  fc.constant(null),
  fc.constant(Symbol('a')),
  fc.object(),
)

/** Whatever may be thrown: values of every kind, and errors whose parts are of every kind. */
const thrown = fc.oneof(
  fc.anything({ withNullPrototype: true, withBigInt: true, withTypedArray: true }),
  fc.constantFrom(Symbol('a'), () => {}, new DOMException('Aborted', 'AbortError')),
  fc
    .record({
      name: part,
      code: part,
      message: part,
      stack: part,
      cause: fc.oneof(part, fc.record({ code: part, message: part })),
    })
    .map((parts) => Object.assign(Object.create(null), parts)),
  fc
    .record({ code: part, cause: fc.record({ code: part, message: part }) })
    .map((parts) => Object.assign(new Error('a'), parts)),
)

describe('What was thrown', () => {
  it('has a message and a stack that are text, whatever it is', () => {
    fc.assert(
      fc.property(thrown, (value) => {
        expect([typeof messageOf(value), typeof stackOf(value)]).toEqual(['string', 'string'])
      }),
    )
  })

  it('has a message also where nothing of it can be read', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect([messageOf(proxy), stackOf(proxy), nameOf(proxy), codeOf(proxy), causeOf(proxy)]).toEqual([
      'a object',
      'a object',
      undefined,
      undefined,
      undefined,
    ])
  })

  it('has a name and a code that are text, or none', () => {
    fc.assert(
      fc.property(thrown, (value) => {
        for (const text of [nameOf(value), codeOf(value), codeOf(causeOf(value))]) {
          expect(['string', 'undefined']).toContain(typeof text)
        }
      }),
    )
  })

  it.each([
    [new Error('it is so'), 'it is so'],
    ['a text', 'a text'],
    [new DOMException('', 'AbortError'), 'AbortError'],
    [{ message: 5 }, '{"message":5}'],
    [null, 'null'],
    [undefined, 'undefined'],
    [10n, 'a bigint'],
  ])('says %o as %s', (value, message) => {
    expect(messageOf(value)).toBe(message)
  })
})

describe('A webhook whose attempt throws', () => {
  /** Lets every call of the network fail with a value. */
  function failWith(value: unknown) {
    const network = vi.spyOn(globalThis, 'fetch').mockImplementation(() => Promise.reject(value))
    onTestFinished(() => network.mockRestore())
  }

  it('fails with a reason, whatever is thrown', async () => {
    await fc.assert(
      fc.asyncProperty(thrown, async (value) => {
        const network = vi.spyOn(globalThis, 'fetch').mockImplementation(() => Promise.reject(value))
        const posted = await post('http://127.0.0.1/hooks', '', '').finally(() => network.mockRestore())
        expect(posted).toEqual({ status: null, error: expect.any(String) })
      }),
    )
  })

  it.each([
    [
      'a number as its code',
      Object.assign(new Error('a'), { cause: { code: 403, message: 'The proxy refused.' } }),
      'The proxy refused.',
    ],
    [
      'a number as its code, and nothing else',
      Object.assign(new Error('fetch failed'), { cause: { code: 403 } }),
      'fetch failed',
    ],
    ['nothing', undefined, 'undefined'],
  ])('ends the test of a config that fails with %s', async (_, value, error) => {
    failWith(value)
    const { post } = setupWebhook({ url: 'http://127.0.0.1/hooks' })
    const { body } = await post('/configs/webhook/1/test', undefined, { 'ricloud-await': '10' })
    expect([body.state, body.error]).toEqual(['failed', error])
  })
})
