import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalHost, whyNotCalled } from '../../src/engine/webhook-hosts.ts'

/** The host of a URL, as a URL has it. */
const hostOf = (host: string) => new URL(`http://${host}/hooks`).hostname

/** Whether a webhook may be sent to a host. */
const isCalled = (host: string, named: readonly string[] = [], isExposed = false) =>
  whyNotCalled(hostOf(host), { named: named.map(canonicalHost), isExposed }) === undefined

const never = [
  ...['169.254.169.254', '169.254.170.2', '169.254.0.1', '0xa9fea9fe', '2852039166', '169.254.43518'],
  ...['[fe80::1]', '[febf::1]', '[::ffff:169.254.169.254]', '[::169.254.169.254]', '[64:ff9b::a9fe:a9fe]'],
  ...['168.63.129.16', '100.100.100.200', '192.0.0.192', '[fd00:ec2::254]', '[fd20:ce::254]', '[fd00:42::42]'],
  ...['metadata', 'METADATA', 'metadata.', 'metadata.google.internal', 'metadata.google.internal.', 'metadata.goog'],
  ...['instance-data', 'instance-data.ec2.internal', 'rancher-metadata', 'api.metadata.cloud.ibm.com'],
]

describe('A link-local address or the metadata service of a cloud', () => {
  it.each(never)('is never called, whichever hosts are named: %s', (host) => {
    const hosts = [[], ['*'], [host], ['*', hostOf(host)]]
    expect(hosts.map((named) => isCalled(host, named))).toEqual([false, false, false, false])
  })

  it('is no address beside theirs', () => {
    const hosts = ['169.253.0.1', '169.255.0.1', '[fec0::1]', '168.63.129.17', '[fd00:ec3::254]', 'metadata-app.test']
    expect(hosts.filter((host) => !isCalled(host, ['*']))).toEqual([])
  })

  it('is recognised whatever its last parts are', () => {
    const byte = fc.integer({ min: 0, max: 255 })
    const part = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16))
    const addresses = fc.oneof(
      fc.tuple(byte, byte).map(([c, d]) => `169.254.${c}.${d}`),
      fc.tuple(byte, byte).map(([c, d]) => `[::ffff:169.254.${c}.${d}]`),
      fc
        .tuple(fc.integer({ min: 0xfe80, max: 0xfebf }), part, part)
        .map(([a, b, c]) => `[${a.toString(16)}::${b}:${c}]`),
      fc.tuple(part, part).map(([a, b]) => `[fd00:ec2::${a}:${b}]`),
    )
    fc.assert(fc.property(addresses, fc.boolean(), (host, isExposed) => !isCalled(host, ['*', host], isExposed)))
  })
})

describe('A name of one label', () => {
  it.each(['ai', 'com', 'app', 'dev', 'web', 'host', 'zip', 'COM', 'com.', 'xn--p1ai', 'рф'])(
    'that is a top-level domain is called if it is named itself: %s',
    (host) => {
      expect([isCalled(host), isCalled(host, ['*']), isCalled(host, [hostOf(host)])]).toEqual([false, false, true])
    },
  )

  it.each(['localhost', 'receiver', 'backend', 'my_service', 'api', 'webhooks', 'c0m'])(
    'that is no top-level domain is called: %s',
    (host) => {
      expect(isCalled(host)).toBe(true)
    },
  )
})

describe('A mock that others than this machine may call', () => {
  const hosts = [
    'localhost',
    '127.0.0.1',
    '[::1]',
    '0.0.0.0',
    '10.0.0.1',
    '192.168.1.2',
    '[fd12::1]',
    'receiver',
    'a.test',
  ]

  it.each(hosts)('calls a host of this machine or its networks only if it is named: %s', (host) => {
    const named = hostOf(host).replace(/^\[|\]$/g, '')
    const calls = [isCalled(host), isCalled(host, [], true), isCalled(host, [named], true), isCalled(host, ['*'], true)]
    expect(calls).toEqual([true, false, true, true])
  })

  it('calls no host that any other mock would not call', () => {
    fc.assert(
      fc.property(fc.oneof(fc.webAuthority(), fc.ipV4(), fc.domain()), fc.boolean(), (host, isAny) => {
        fc.pre(URL.canParse(`http://${host}/hooks`))
        return !isCalled(host, isAny ? ['*'] : [], true) || isCalled(host, isAny ? ['*'] : [])
      }),
    )
  })
})

describe('A host as an option names it', () => {
  it.each([
    ['::1', '[::1]'],
    ['[::1]', '[::1]'],
    ['FD12:0:0::1', '[fd12::1]'],
    ['Hooks.Example.COM', 'hooks.example.com'],
    ['example.com.', 'example.com'],
    ['example.com', 'example.com.'],
  ])('%s is the host %s of a URL', (option, host) => {
    expect(isCalled(host, [option], true)).toBe(true)
  })
})
