import { describe, expect, it } from 'vitest'
import { run } from './run.ts'

/** A client that starts a session, and does so again when it gets no answer. */
const naive = `
  const { RICLOUD_URL: url, RICLOUD_TOKEN: token } = process.env
  const source = { user: 1, type: 'icloud.account', identifier: 'a@example.com' }
  const body = JSON.stringify({ source, payload: { password: 'joshua' } })
  const start = () => fetch(url + '/sessions', { method: 'POST', headers: { authorization: 'Token ' + token }, body })
    .then((response) => response.json())
  start().catch(start)`

const node = ['--', process.execPath, '-e'] as const

describe('sweep', { timeout: 180_000 }, () => {
  it('prints what a retry creates twice, and exits with 1', async () => {
    const { code, out } = await run('sweep', '--kinds', 'cut', '--calls', 'POST /sessions', ...node, naive)
    expect(out).toContain('problem: 1 POST /sessions, cut: passed, retried; POST /sessions created 2 instead of 1')
    expect(code).toBe(1)
  })

  it('prints the report as JSON, and exits with 0 without a problem', async () => {
    const { code, out } = await run('sweep', '--kinds', 'reset', '--calls', '1', '--json', ...node, naive)
    expect(JSON.parse(out)).toMatchObject({ calls: ['POST /sessions'], runs: [{ kind: 'reset', retries: 1 }] })
    expect(code).toBe(0)
  })

  it('prints the error that a command ended with', async () => {
    const failing = `${naive.replace('start().catch(start)', '')}
      start().then(({ id }) => { if (!id) throw new TypeError('there is no session', { cause: new Error('500') }) })`
    const { code, out } = await run('sweep', '--kinds', 'error', ...node, failing)
    expect(out).toContain('error: failed (it ended with the exit code 1: TypeError: there is no session)')
    expect(code).toBe(0)
  })

  it.each<[string, readonly string[], string]>([
    ['without a command', ['npm'], 'sweep takes a command after "--": ricloud-mock sweep -- npm'],
    ['of a command that fails', [...node, 'process.exit(3)'], 'failed without a fault: it ended with the exit code 3'],
    ['of a command that makes no call', [...node, ''], 'the test made no call'],
    ['of a command that hangs', ['--timeout', '1s', ...node, 'setInterval(() => {}, 1000)'], 'it took more than 1s'],
    ['with an unknown kind', ['--kinds', 'cutt', ...node, naive], 'no kind of fault is called "cutt"'],
    ['with a call that there is not', ['--calls', 'POST /poll', ...node, naive], 'Did you mean "POST /polls"?'],
    ['with no runs at all', ['--runs', '0', ...node, naive], 'runs must be a positive integer, got 0'],
  ])('%s: says so, and exits with 2', async (_, args, message) => {
    const { code, err } = await run('sweep', ...args)
    expect(err).toContain(message)
    expect(code).toBe(2)
  })
})
