import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { hasProxy, withoutProxy } from '../../src/cli/proxy.ts'
import { run } from './run.ts'

const url = 'http://127.0.0.1:7425'

describe('withoutProxy', () => {
  it.each([
    ['nothing', {}, '127.0.0.1', '127.0.0.1'],
    ['empty variables', { NO_PROXY: '', no_proxy: '' }, '127.0.0.1', '127.0.0.1'],
    ['other hosts', { NO_PROXY: 'a.example,.b', no_proxy: 'c' }, 'a.example,.b,127.0.0.1', 'c,127.0.0.1'],
    ['one variable, which the other one then repeats', { no_proxy: 'a b' }, 'a b,127.0.0.1', 'a b,127.0.0.1'],
    ['the host', { NO_PROXY: 'a, 127.0.0.1 ,b' }, 'a, 127.0.0.1 ,b', 'a, 127.0.0.1 ,b'],
    ['a host that begins like it', { NO_PROXY: '127.0.0.10' }, '127.0.0.10,127.0.0.1', '127.0.0.10,127.0.0.1'],
    ['all hosts', { NO_PROXY: '*', no_proxy: 'a' }, '*', 'a,127.0.0.1'],
  ])('keeps %s, and adds the host', (_, environment, upper, lower) => {
    expect(withoutProxy(url, environment)).toEqual({ NO_PROXY: upper, no_proxy: lower })
  })

  it('adds both forms of an IPv6 address', () => {
    expect(withoutProxy('http://[::1]:7425', { NO_PROXY: '::1' })).toEqual({
      NO_PROXY: '::1,[::1]',
      no_proxy: '::1,[::1]',
    })
  })
})

it('hasProxy: knows the variables that plain HTTP follows', () => {
  expect(hasProxy({ http_proxy: 'http://proxy' })).toBe(true)
  expect(hasProxy({ ALL_PROXY: 'socks5://proxy' })).toBe(true)
  expect(hasProxy({ HTTPS_PROXY: 'http://proxy', HTTP_PROXY: '' })).toBe(false)
})

it('env: prints the host for NO_PROXY where there is a proxy', async () => {
  onTestFinished(() => void vi.unstubAllEnvs())
  const variables = { HTTP_PROXY: 'http://proxy.example:3128', NO_PROXY: 'a', no_proxy: 'b' }
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
  expect((await run('env')).out).toBe(
    "export RICLOUD_URL='http://127.0.0.1:7425' RICLOUD_TOKEN='ricloud-mock-token' NO_PROXY='a,127.0.0.1' no_proxy='b,127.0.0.1'\n",
  )
})
