// One way of calling in the process, alone in its process: `in-process.ts <way>` prints microseconds of CPU time for each call.
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'

const url = 'https://ricloud-api.reincubate.com/users/1'
const init = { headers: { authorization: 'Token ricloud-mock-token' } }
const dist = (name: string) => import(new URL(`../../dist/${name}.js`, import.meta.url).href)

const ways: Readonly<Record<string, () => Promise<() => Promise<Response>>>> = {
  async 'bare msw handler'() {
    const user = { id: 1, resource: 'user', organisation: 1, key: 1, identifier: 'a@b.c', state: 'active' }
    setupServer(http.get('https://ricloud-api.reincubate.com/users/:id', () => HttpResponse.json(user))).listen()
    return () => fetch(url, init)
  },
  async 'bare function'() {
    const user = { id: 1, resource: 'user', organisation: 1, key: 1, identifier: 'a@b.c', state: 'active' }
    const answer = async (request: Request) => Response.json({ ...user, id: Number(request.url.split('/').pop()) })
    return () => answer(new Request(url, init))
  },
  async setupRicloud() {
    const { setupRicloud } = await dist('node')
    setupRicloud().listen()
    return () => fetch(url, init)
  },
  async 'mock.fetch'() {
    const { createMock } = await dist('index')
    const mock = createMock()
    return () => mock.fetch(new Request(url, init))
  },
}

const way = ways[process.argv[2] ?? '']
if (!way) throw new Error(`Name a way: ${Object.keys(ways).join(', ')}`)
const call = await way()
const cpu = () => {
  const { user, system } = process.cpuUsage()
  return user + system
}
const run = async (milliseconds: number) => {
  const [begun, before] = [performance.now(), cpu()]
  let calls = 0
  while (performance.now() - begun < milliseconds) {
    const response = await call()
    if (response.status !== 200) throw new Error(`answered ${response.status}`)
    await response.json()
    calls++
  }
  return (cpu() - before) / calls
}
await run(1000)
process.stdout.write(`${await run(2000)}\n`)
process.exit(0)
