// Imports an entry point after the packages that its host has imported, and prints what that changed outside, and how
// often code was compiled from a string: `child.ts <entry point> [package...]`.
import { changes, snapshot } from './snapshot.ts'

const [entry = '', ...packages] = process.argv.slice(2)

let compiled = 0
globalThis.Function = new Proxy(Function, {
  construct(target, given) {
    compiled++
    return Reflect.construct(target, given)
  },
})

/** Parses by a schema of the host; whether that was compiled. */
async function parseAsHost(): Promise<boolean> {
  const z = await import('zod')
  compiled = 0
  z.object({ name: z.string() }).parse({ name: 'one of the host' })
  return compiled > 0
}

for (const name of packages) await import(name)
const before = snapshot()
compiled = 0
const { createMock } = await import(entry)
const changed = changes(before, snapshot())

if (createMock) {
  const mock = createMock()
  const headers = { authorization: `Token ${mock.token}` }
  const body = JSON.stringify({ identifier: 'of-the-import@example.com' })
  const { status } = await mock.fetch(new Request('http://ricloud.test/users', { method: 'POST', headers, body }))
  if (status !== 201) throw new Error(`No user was made: ${status}`)
}
const compiledByMock = compiled

const isHostCompiled = await parseAsHost()
process.stdout.write(JSON.stringify({ changed, compiledByMock, isHostCompiled }))
