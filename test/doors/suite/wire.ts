import { type Behaviour, get, newSession, post, statusOf, withToken } from '../behaviour.ts'
import { same } from '../same.ts'

/** What bodies and headers do, whichever the endpoint. */
export const wire: readonly Behaviour[] = [
  {
    title: 'An error says that it is JSON',
    run: async (door) => same((await get(door, '/users/99')).headers.get('content-type'), 'application/json'),
  },
  {
    title: 'A body is read as JSON whatever its Content-Type says',
    run: async (door) => {
      const headers = { 'content-type': 'text/plain' }
      same(await statusOf(post(door, '/users', { identifier: 'plain@example.com' }, headers)), 201)
    },
  },
  {
    title: 'An empty body means no parameters',
    run: async (door) => same(await statusOf(post(door, '/keys', '')), 201),
  },
  {
    title: 'A body of null means no parameters',
    run: async (door) => same(await statusOf(post(door, '/keys', 'null')), 201),
  },
  {
    title: 'An integer ID may be written as digits in a string',
    run: async (door) => same((await post(door, '/sessions', newSession('a@example.com', '1'))).body.user, 1),
  },
  {
    title: 'Text of any script comes back as it was sent',
    run: async (door) => {
      const identifier = 'Zoë 🦊 “漢字” \u0000\\'
      await post(door, '/users', { identifier })
      const { body } = await get(door, `/users?identifier=${encodeURIComponent(identifier)}`)
      same(
        body.data.map((user: { identifier: string }) => user.identifier),
        [identifier],
      )
    },
  },
  {
    title: 'Unknown fields are ignored, and named in Mock-Ignored',
    run: async (door) => {
      const { status, headers } = await post(door, '/users', { identifier: 'a@example.com', colour: 1, 'é,': 2 })
      same([status, headers.get('mock-ignored')], [201, 'colour, %C3%A9%2C'])
    },
  },
  {
    title: 'Unknown query parameters are ignored, and named in Mock-Ignored',
    run: async (door) => {
      const { status, headers } = await get(door, '/users?stat=active')
      same([status, headers.get('mock-ignored')], [200, 'stat'])
    },
  },
  {
    title: 'HEAD answers as GET does, without the body',
    run: async (door) => {
      const headers = withToken(door.token)
      const response = await door.fetch('/users', { method: 'HEAD', headers })
      same([response.status, await response.text()], [200, ''])
    },
  },
  {
    title: 'Calls made at once get records of their own',
    run: async (door) => {
      const wanted = Array.from({ length: 20 }, (_, i) => post(door, '/users', { identifier: `user-${i}` }))
      const ids = (await Promise.all(wanted)).map(({ body }) => body.id)
      same(
        ids.sort((a, b) => a - b),
        Array.from({ length: 20 }, (_, i) => i + 4),
      )
    },
  },
]
