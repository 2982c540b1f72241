import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { setupApi } from '../../support/api.ts'

/** How many users are created before each page, and how long the page may be. */
const page = fc.record({ created: fc.nat(4), limit: fc.integer({ min: 1, max: 9 }) })

describe('a walk through the users, page by page', () => {
  const setup = async (count: number) => {
    const api = setupApi({ fixtures: ['empty'] })
    let next = 0
    const create = async (users: number) => {
      for (let i = 0; i < users; i++) {
        const { status } = await api.post('/users', { identifier: `${++next}@example.com` })
        expect(status).toBe(201)
      }
    }
    await create(count)
    return { ...api, create }
  }

  it('visits each exactly once, also while users are created', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(40), fc.array(page, { minLength: 1, maxLength: 6 }), async (count, pages) => {
        const { get, create } = await setup(count)
        const visited: number[] = []
        for (let turn = 0, more = true; more; turn++) {
          const { created, limit } = pages[turn % pages.length] as { created: number; limit: number }
          if (turn > 0) await create(created)
          const { body } = await get(`/users?limit=${limit}${turn > 0 ? `&after_id=${visited.at(-1)}` : ''}`)
          visited.push(...body.data.map(({ id }: { id: number }) => id))
          more = body.has_more
        }
        expect(visited).toEqual(Array.from({ length: count }, (_, index) => count - index))
      }),
      { numRuns: 15 },
    )
  })

  it('gives pages that are full but for the last', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(40), fc.integer({ min: 1, max: 9 }), async (count, limit) => {
        const { get } = await setup(count)
        const lengths: number[] = []
        for (let last: number | undefined, more = true; more; ) {
          const { body } = await get(`/users?limit=${limit}${last === undefined ? '' : `&after_id=${last}`}`)
          lengths.push(body.data.length)
          last = body.data.at(-1)?.id
          more = body.has_more
        }
        expect(lengths.slice(0, -1).every((length) => length === limit)).toBe(true)
      }),
      { numRuns: 10 },
    )
  })

  it('finds with before_id exactly the users that were created since', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 10 }), fc.nat(10), async (count, created) => {
        const { get, create } = await setup(count)
        await create(created)
        const { body } = await get(`/users?limit=1000&before_id=${count}`)
        expect(body.data.map(({ id }: { id: number }) => id)).toEqual(
          Array.from({ length: created }, (_, index) => count + created - index),
        )
      }),
      { numRuns: 10 },
    )
  })
})
