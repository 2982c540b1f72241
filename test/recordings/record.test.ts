import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { HarFile } from '../../src/recordings/har-file.ts'
import { startProxy } from '../../src/recordings/proxy.ts'
import { Redactor } from '../../src/recordings/redactor.ts'
import { personal } from '../../src/ricloud/recording.ts'
import { serve } from '../../src/standalone.ts'
import { run } from '../cli/run.ts'
import { makeFolder } from '../doors/bundled.ts'
import { recordCalls } from './calls.ts'
import { compared, har, recordedClient } from './recorder.ts'

/** A mock behind a recording proxy, and a client of the proxy. */
async function recording(kept: readonly string[] = []) {
  const server = await serve({ port: 0, log: () => {} })
  const path = join(makeFolder(), 'calls.har')
  const file = await HarFile.create(path, new Redactor(personal, kept), '1')
  const proxy = await startProxy(new URL(server.url), { host: '127.0.0.1', port: 0 }, (call) => file.add(call))
  onTestFinished(async () => {
    await proxy.close()
    await file.close()
    await server.close({ now: true })
  })
  const call = async (method: string, target: string, body?: object, token = server.token) => {
    const init = { method, headers: { authorization: `Token ${token}` }, ...(body && { body: JSON.stringify(body) }) }
    const response = await fetch(proxy.url + target, init)
    return { status: response.status, body: await response.json() }
  }
  return { server, path, call, host: new URL(server.url).host, text: () => readFileSync(path, 'utf8') }
}

const source = { user: 1, type: 'icloud.account', identifier: 'renate@example.com' }

describe('a recorded API', () => {
  it('answers as without the proxy, and the recording agrees with the mock to the last call', async () => {
    const { call, path, host, text } = await recording()
    expect((await call('GET', '/organisation')).status).toBe(200)
    const { token } = (await call('GET', '/key')).body
    expect(token).toBe('ricloud-mock-token')
    await call('GET', '/users')
    await call('POST', '/users', { identifier: 'someone@example.com' })
    const { id } = (await call('POST', '/sessions', { source, payload: { password: 'joshua', code: '123456' } })).body
    expect((await call('GET', `/sessions/${id}`)).body.state).toBe('active')
    await call('POST', '/configs/storage', {
      url: 'gs://own-bucket',
      credentials: { private_key: 'very-secret', type: 'x' },
    })
    const rotated = (await call('POST', '/keys/1/rotate')).body.token
    await call('GET', '/users?identifier=someone@example.com', undefined, rotated)
    expect((await call('GET', '/users/404', undefined, rotated)).status).toBe(404)

    const { code, out } = await run('compare', path, '--host', host)
    expect(out).toMatch(/^10 agrees$/m)
    expect(code).toBe(0)
    for (const secret of [
      'ricloud-mock-token',
      rotated,
      'joshua',
      '123456',
      'someone',
      'renate',
      'own-bucket',
      'very-secret',
    ])
      expect(text()).not.toContain(secret)
  })

  it('that cannot be reached is answered with 502, and recorded as no answer', async () => {
    const path = join(makeFolder(), 'calls.har')
    const file = await HarFile.create(path, new Redactor(personal, []), '1')
    const closed = await serve({ port: 0 })
    await closed.close({ now: true })
    const proxy = await startProxy(new URL(closed.url), { host: '127.0.0.1', port: 0 }, (call) => file.add(call))
    onTestFinished(() => proxy.close())
    expect((await fetch(`${proxy.url}/users`)).status).toBe(502)
    await file.close()
    expect(JSON.parse(readFileSync(path, 'utf8')).log.entries[0].response.status).toBe(0)
  })

  it('that redirects elsewhere is not followed', async () => {
    const server = createServer((_, response) =>
      response.writeHead(302, { location: 'http://elsewhere.invalid/' }).end(),
    )
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const to = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const proxy = await startProxy(to, { host: '127.0.0.1', port: 0 }, async () => {})
    onTestFinished(async () => {
      await proxy.close()
      server.close()
    })
    expect((await fetch(`${proxy.url}/users`, { redirect: 'manual' })).status).toBe(302)
  })
})

describe('stand-ins', () => {
  const redactor = new Redactor(personal, [])

  it('are equal for equal values, and null, public keys and types stay', () => {
    const credentials = { private_key: 'a', public_key: 'b', type: 'service_account', token: null }
    const { credentials: hidden, password } = redactor.value({ credentials, password: 'a' }) as Record<string, never>
    expect(hidden).toEqual({ private_key: password, public_key: 'b', type: 'service_account', token: null })
    expect(password).toMatch(/^stand-in-/)
  })

  it('keep the form of numbers, e-mail addresses and URLs', () => {
    expect(redactor.value('123456', 'code')).toMatch(/^\d{6}$/)
    expect(redactor.value('a@b.c', 'identifier')).toMatch(/^stand-in-\w+@example\.com$/)
    expect(redactor.value('gs://my-bucket/a/b', 'url')).toMatch(/^gs:\/\/stand-in-\w+\.example\.com\/\w+$/)
  })

  it.each(['ios_messages.messages', 'default', 'icloud.account'])('leave the name %s', (name) => {
    expect(redactor.value(name, 'identifier')).toBe(name)
  })

  it('are not made of what is to be kept', () => {
    expect(new Redactor(personal, ['identifier']).value({ identifier: 'a@b.c' })).toEqual({ identifier: 'a@b.c' })
    expect(new Redactor(personal, ['all']).value({ password: 'a' })).toEqual({ password: 'a' })
  })
})

describe('record', () => {
  it.each([
    [['record'], 'record needs --to and --out'],
    [
      ['record', '--to', 'ftp://a', '--out', 'x'],
      '--to takes a base URL such as https://ricloud-api.reincubate.com, got "ftp://a".',
    ],
    [['record', '--to', 'http://me:pw@a', '--out', 'x'], 'got a URL that may hold a password.'],
    [
      ['record', '--to', 'http://127.0.0.1:1', '--out', 'package.json'],
      '--out cannot be written: a file of that name exists already (EEXIST).',
    ],
    [
      ['record', '--to', 'http://127.0.0.1:1', '--out', '/nonexistent/x.har'],
      '--out cannot be written: there is no such folder (ENOENT).',
    ],
  ])('%j is refused', async (args, message) => {
    const { code, err } = await run(...args)
    expect(err).toContain(message)
    expect(code).toBe(1)
    expect(existsSync('x')).toBe(false)
  })
})

describe('fixtures', () => {
  it('prints the records before the first call without secrets, and the mock starts with them', async () => {
    const path = join(makeFolder(), 'calls.har')
    writeFileSync(path, har(await recordCalls()))
    const { code, out } = await run('fixtures', path)
    expect(code).toBe(0)
    expect(out).not.toMatch(/ricloud-mock-token|john\.appleseed|\ba@example\.com/)
    const { mock } = recordedClient({ fixtures: [JSON.parse(out)] })
    expect(mock.state()).toMatchObject({ user: expect.arrayContaining([expect.objectContaining({ id: 1 })]) })
    expect(JSON.parse(out).users).toHaveLength(3)
  })

  it('is refused without a file', async () => {
    expect(await run('fixtures')).toMatchObject({
      code: 1,
      err: expect.stringContaining('fixtures needs at least one file'),
    })
  })

  it('prints many notes together', async () => {
    const { call, entries } = recordedClient()
    await call('GET', '/organisation')
    const folder = makeFolder()
    const files = Array.from({ length: 12 }, (_, i) => join(folder, `${i}.har`))
    for (const file of files) writeFileSync(file, JSON.stringify({ log: { entries: [...entries, {}] } }))
    const warn = vi.spyOn(process, 'emitWarning')
    const { code, err } = await run('fixtures', ...files)
    expect([code, err.match(/^Note: .* are no calls\.$/gm)?.length]).toEqual([0, 12])
    expect(warn).not.toHaveBeenCalled()
  })
})

describe('compare', () => {
  it('--against asks a living API by GET alone', async () => {
    const server = await serve({ port: 0, log: () => {} })
    onTestFinished(() => server.close({ now: true }))
    const { code, out } = await run('compare', '--against', server.url, '--token', server.token)
    expect(out).toMatch(/^22 agrees$/m)
    expect(code).toBe(0)
    expect(new Set(server.mock.requests.list().map(({ method }) => method))).toEqual(new Set(['GET']))
  })

  it('--json prints a line for each call, and a summary', async () => {
    const path = join(makeFolder(), 'calls.har')
    writeFileSync(path, har(await recordCalls()))
    const { out } = await run('compare', path, '--json')
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines[0]).toMatchObject({ kind: 'call', call: 'GET /organisation', verdict: 'agrees', findings: [] })
    expect(lines.at(-1)).toMatchObject({ kind: 'summary', counts: { agrees: lines.length - 1, contradicts: 0 } })
  })

  it('names the facts that calls agree with and contradict, and excuses them', async () => {
    const entries = await recordCalls()
    const failed = entries.find(({ response }) => JSON.parse(response.content.text ?? '').state === 'failed')
    if (failed)
      failed.response.content.text =
        failed.response.content.text?.replace(/"date_expired":null/, '"date_expired":"2020-02-20T12:00:00.000000Z"') ??
        ''
    const { facts, counts } = await compared(har(entries))
    expect(facts[0]).toMatchObject({ id: 'session.failed.date_expired', contradicts: 1 })
    expect(counts.contradicts).toBe(1)
    const excused = await compared(har(entries), {
      excuses: ['session.failed.date_expired', 'GET /users data[].state'],
    })
    expect(excused.counts).toMatchObject({ contradicts: 0, excused: 1 })
    expect(excused.unusedExcuses).toEqual(['GET /users data[].state'])
  })

  it.each([
    [['compare'], 1, 'compare needs at least one file, or --against'],
    [['compare', 'nowhere.har'], 2, 'nowhere.har cannot be read: there is no such file (ENOENT).'],
    [['compare', 'package.json'], 2, 'package.json is neither HAR nor requests of the journal'],
    [['compare', '--against', 'http://a.test'], 1, '--against needs --token'],
  ])('%j ends with %i', async (args, code, message) => {
    expect(await run(...args)).toMatchObject({ code, err: expect.stringContaining(message) })
  })
})
