import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inspectorAnswer } from '../../src/server/inspector.ts'
import { ask, errorOf, started, statusOf } from './servers.ts'

const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
let folder: string
let places: readonly URL[]
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'inspector-'))
  places = [pathToFileURL(`${folder}/none/`), pathToFileURL(`${folder}/`)]
  writeFileSync(join(folder, 'index.html'), '<!doctype html>')
  writeFileSync(join(folder, 'index-abc.js'), 'export {}')
  writeFileSync(join(folder, 'secret.json'), '{}')
})
afterAll(() => rmSync(folder, { recursive: true }))

const answered = (path: string, headers = {}, method = 'GET') => inspectorAnswer(method, path, headers, places)

describe('The page at /_mock', () => {
  test.each(['/_mock', '/_mock?world=w1', '/_mock/'])('%s is for who accepts HTML', async (path) => {
    const answer = await answered(path, html)
    expect([answer?.status, answer?.headers['content-type'], answer?.headers['cache-control']]).toEqual([
      200,
      'text/html; charset=utf-8',
      'no-cache',
    ])
  })

  test.each([
    ['GET', '/_mock', { accept: '*/*' }],
    ['GET', '/_mock', {}],
    ['POST', '/_mock', html],
    ['GET', '/_mock/clock', html],
    ['GET', '/_mocking', html],
  ])('%s %s with %j is not', async (method, path, headers) => {
    expect(await answered(path, headers, method)).toBeUndefined()
  })

  test('lets nothing run, load or frame but its own files', async () => {
    const policy = String((await answered('/_mock', html))?.headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(policy).not.toMatch(/unsafe|\*|http|data:/)
  })

  test('says what to do where it was not built', async () => {
    const answer = await inspectorAnswer('GET', '/_mock', html, [])
    expect([answer?.status, answer?.body.includes('npm run build')]).toEqual([503, true])
  })

  test('says why where it cannot be read', async () => {
    // No folder, but a file.
    const answer = await inspectorAnswer('GET', '/_mock', html, [new URL(import.meta.url)])
    expect(answer?.status).toBe(503)
    expect(answer?.body).toContain('a part of its path is no folder (ENOTDIR)')
    expect(answer?.body).not.toContain('npm run build')
  })
})

describe('A file of the page', () => {
  test('is sent with its type, and kept for good', async () => {
    const answer = await answered('/_mock/inspector/index-abc.js')
    expect(answer).toMatchObject({
      status: 200,
      body: 'export {}',
      headers: {
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'public, max-age=31536000, immutable',
      },
    })
  })

  test.each([
    'index-xyz.js',
    'secret.json',
    'index.html',
    '../inspector/index-abc.js',
    '..%2findex-abc.js',
    '.js',
    '',
    'a/index-abc.js',
  ])('%j is none', async (name) => {
    expect(await answered(`/_mock/inspector/${name}`)).toBeUndefined()
  })
})

test('GET / is the 404 of the API, with a link to the index of the mock, which no other answer has', async () => {
  const server = await started()
  const linkOf = async (path: string) => {
    const { status, headers, body } = await ask(server, 'GET', path)
    return [status, headers.get('link'), JSON.parse(body).error]
  }
  expect(await linkOf('/')).toEqual([404, '</_mock>; rel="index"', 'not-found'])
  expect(await linkOf('/weather')).toEqual([404, null, 'not-found'])
  expect((await ask(server, 'GET', '/_mock')).status).toBe(200)
})

describe('A server with a control token', () => {
  test('lets the page through without it, and nothing that it shows', async () => {
    const server = await started({ controlToken: 'sesame' })
    const strangers = { authorization: '' }
    expect(await statusOf(ask(server, 'GET', '/_mock', { ...strangers, ...html }))).not.toBe(401)
    expect((await errorOf(ask(server, 'GET', '/_mock', strangers)))[0]).toBe(401)
    for (const path of ['/_mock/state', '/_mock/stream', '/_mock/inspector/../state', '/_mock/inspector/x.json']) {
      expect((await errorOf(ask(server, 'GET', path, { ...strangers, ...html })))[0]).toBe(401)
    }
    expect((await errorOf(ask(server, 'POST', '/_mock', { ...strangers, ...html })))[0]).toBe(401)
    expect((await errorOf(ask(server, 'GET', '/_mock/inspector/none.js', strangers)))[0]).toBe(404)
  })

  test('is as careful about the Host and Origin of the page', async () => {
    const server = await started()
    expect(await errorOf(ask(server, 'GET', '/_mock', { ...html, host: 'evil.test' }))).toEqual([403, 'forbidden'])
    expect(await errorOf(ask(server, 'GET', '/_mock', { ...html, origin: 'http://evil.test' }))).toEqual([
      403,
      'forbidden',
    ])
  })

  test('has an index of its calls for clients that accept any type', async () => {
    const { body } = await ask(await started(), 'GET', '/_mock', { accept: '*/*' })
    expect(JSON.parse(body).name).toBe('ricloud-mock')
  })
})
