import { afterAll, expect, test } from 'vitest'
import { program } from './bundled.ts'
import { killChildren, startCommand } from './child.ts'

/** Loaded before the program: tells on stderr of every name that is looked up and every connection that is opened. */
const spy = `
  import dgram from 'node:dgram'
  import dns from 'node:dns'
  import net from 'node:net'
  import { syncBuiltinESMExports } from 'node:module'
  const tell = (what) => process.stderr.write('SENT ' + what + '\\n')
  const spyOn = (object, name, tells = () => true) => {
    const own = object[name]
    object[name] = function (...given) {
      if (tells(...given)) tell(name + ' ' + JSON.stringify(given[0]))
      return own.apply(this, given)
    }
  }
  spyOn(net.Socket.prototype, 'connect')
  spyOn(dgram.Socket.prototype, 'send')
  for (const part of [dns, dns.promises]) {
    // The address to listen on is one already.
    spyOn(part, 'lookup', (name) => net.isIP(name) === 0)
    for (const name of ['resolve', 'resolve4', 'resolve6', 'resolveAny', 'reverse']) spyOn(part, name)
  }
  syncBuiltinESMExports()`

const spied = ['--import', `data:text/javascript,${encodeURIComponent(spy)}`, ...program]
afterAll(killChildren)

test('the spy reports a connection', async () => {
  const { err } = await startCommand(['wait', 'http://localhost:1', '--timeout', '100ms'], spied).ended()
  expect(err).toContain('SENT connect')
  expect(err).toContain('SENT lookup "localhost"')
})

test('a server sends nothing but answers: no call, no news of versions, no webhook to a host of the public', async () => {
  const server = startCommand(['--port', '0', '--json', '--generate', 'users=1,sessions=1'], spied)
  const { url, token } = JSON.parse(await server.line('out'))
  const call = (path: string, body?: object, accept = '*/*') =>
    fetch(`${url}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Token ${token}`, accept },
      ...(body && { body: JSON.stringify(body) }),
    })
  expect((await call('/organisation')).status).toBe(200)
  expect((await call('/configs/webhook', { url: 'https://hooks.example.com/ricloud' })).status).toBe(201)
  const source = { user: 1, type: 'icloud.account', identifier: 'a@example.com' }
  expect((await call('/sessions', { source, payload: { password: 'joshua' } })).status).toBe(201)
  expect((await call('/_mock/clock', { advance: '30d' })).status).toBe(200)
  for (const path of ['/_mock', '/_mock/openapi.json', '/_mock/requests', '/_mock/deliveries']) {
    await (await call(path, undefined, 'text/html')).text()
  }
  server.process.kill('SIGTERM')
  expect((await server.ended()).err).not.toContain('SENT')
})

test.each([
  [['--help']],
  [['--version']],
  [['scenarios', 'show', 'two-factor']],
  [['env']],
  [['exec', '--quiet', '--', process.execPath, '--version']],
])('%j sends nothing', async (args) => {
  const { code, err } = await startCommand(args, spied).ended()
  expect(code).toBe(0)
  expect(err).not.toContain('SENT')
})
