import { type Behaviour, get, refused } from '../behaviour.ts'
import { same } from '../same.ts'

/** What lists have in common. */
export const lists: readonly Behaviour[] = [
  {
    title: 'Walking a list page by page visits every item once',
    run: async (door) => {
      const seen: number[] = []
      for (let query = '?limit=2', more = true; more; query = `?limit=2&after_id=${seen.at(-1)}`) {
        const { body } = await get(door, `/sources${query}`)
        for (const { id } of body.data) seen.push(id)
        more = body.has_more && seen.length < 20
      }
      same(seen, [7, 6, 5, 4, 3, 2, 1])
    },
  },
  {
    title: 'A page knows how many items match beyond it',
    run: async (door) => {
      const { body } = await get(door, '/sources?limit=1&type=icloud.account')
      same([body.data.length, body.has_more, body.total_count, body.url], [1, true, 3, '/sources'])
    },
  },
  {
    title: 'A repeated filter means any of its values',
    run: async (door) => {
      const { body } = await get(door, '/users?state=blocked&state=active')
      same(
        body.data.map(({ id }: { id: number }) => id),
        [3, 1],
      )
    },
  },
  {
    title: 'A datetime filter takes bounds and an offset',
    run: async (door) => {
      const { body } = await get(door, '/users?date_created[gte]=2020-02-17T16:40:02.871035%2B01:00')
      same(
        body.data.map(({ id }: { id: number }) => id),
        [3, 2],
      )
    },
  },
  {
    title: 'A state that does not exist is refused as a filter',
    run: (door) => refused(get(door, '/sessions?state=blocked'), 400, 'invalid-parameter', ['state']),
  },
]
