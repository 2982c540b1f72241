import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { decode } from '../../../src/scenario/files/text.ts'
import { run } from '../../cli/run.ts'
import { anyText } from '../../support/text.ts'

const root = mkdtempSync(join(tmpdir(), 'ricloud-mock-'))
afterAll(() => rmSync(root, { recursive: true }))

const inUtf16le = (text: string) => Buffer.from(text, 'utf16le')
const inUtf16be = (text: string) => inUtf16le(text).swap16()
const mark = '\ufeff'

/** How programs write text files that can be read without doubt. */
const readable: readonly (readonly [name: string, encode: (text: string) => Buffer])[] = [
  ['UTF-8', (text) => Buffer.from(text)],
  ['UTF-8 with a byte order mark', (text) => Buffer.from(mark + text)],
  ['UTF-16LE', inUtf16le],
  ['UTF-16LE with a byte order mark', (text) => inUtf16le(mark + text)],
  ['UTF-16BE', inUtf16be],
  ['UTF-16BE with a byte order mark', (text) => inUtf16be(mark + text)],
]

/** What cannot be read, and what is said of it. */
const unreadable: readonly (readonly [name: string, bytes: Buffer, problem: RegExp])[] = [
  ['Latin-1', Buffer.from('a: 1\nb: café', 'latin1'), /^2:7 the byte 0xE9 is not UTF-8: it seems to be in Latin-1,/],
  ['Windows-1252', Buffer.from('a: \x93b\x94', 'latin1'), /^1:4 the byte 0x93 .* Windows-1252, save it as UTF-8$/],
  ['UTF-8 that was cut', Buffer.from('é: 日').subarray(0, -1), /^1:4 the byte 0xE6 is not UTF-8: the rest is, so/],
  [
    'Latin-1 after replacement characters',
    Buffer.concat([Buffer.from('a\ufffd\ufffd'), Buffer.from([0xe9, 0x20])]),
    /^1:4 the byte 0xE9 is not UTF-8: it seems to be in Latin-1,/,
  ],
  [
    'UTF-32 with a byte order mark',
    Buffer.from([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0]),
    /^it is in UTF-32: save it as UTF-8$/,
  ],
  ['UTF-32', Buffer.from([0, 0, 0, 0x61]), /^it is in UTF-32/],
  ['gzip', Buffer.from([0x1f, 0x8b, 8, 0]), /^it is compressed by gzip/],
  ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]), /^it is compressed by zstd/],
  ['UTF-16 that was cut', inUtf16le('{ "a": 1 }').subarray(0, -1), /^it begins in UTF-16LE, but is damaged$/],
  ['a zero byte', Buffer.from('a: 1\nb: \0'), /^2:4 there is a zero byte: it is no text$/],
]

/** Every place that reads a file, and what it prints of one with a mistake. */
const readers: readonly (readonly [name: string, file: string, text: string, args: (file: string) => string[]])[] = [
  ['a scenario in YAML', 'x.yaml', 'scenario: x\ndescription: café', (file) => ['validate', file]],
  ['a scenario in JSON', 'x.json', '{ "scenario": "x", "description": "café" }', (file) => ['validate', file]],
  ['a fixture', 'f.json', '{ "users": [] }', (file) => ['validate', file.replace('f.json', 'fixtures.yaml')]],
  ['a config file', 'c.yaml', '# café\ntoken: abc', (file) => ['env', '--config', file]],
]

/** Writes a file that one of the readers reads, and what names it. */
async function write(name: string, bytes: Buffer): Promise<string> {
  const folder = mkdtempSync(join(root, 'folder-'))
  await writeFile(join(folder, 'fixtures.yaml'), 'scenario: x\nfixtures: [default, f.json]')
  await writeFile(join(folder, name), bytes)
  return join(folder, name)
}

describe('decode', () => {
  it.each(readable)('reads %s, whatever the text after its first character', (_, encode) => {
    fc.assert(
      fc.property(anyText, (rest) => {
        const text = `{${rest.replaceAll('\0', '')}`
        expect(decode(encode(text)).text).toBe(text)
      }),
    )
  })

  it.each(unreadable)('says of %s what it is', (_, bytes, problem) => {
    expect(() => decode(bytes)).toThrow(problem)
  })

  it('reads any bytes, or says in one line why not', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          expect(decode(bytes).text).not.toContain('\0')
        } catch (error) {
          expect((error as Error).message).toMatch(/^(?:\d+:\d+ )?(?:it|the byte|there) [^\n]+$/)
        }
      }),
    )
  })
})

describe.each(readers)('%s', (_, file, text, args) => {
  it.each(readable)('may be in %s', async (_, encode) => {
    expect(await run(...args(await write(file, encode(text))))).toMatchObject({ code: 0, err: '' })
  })

  it.each(unreadable)('is refused for %s', async (_, bytes, problem) => {
    const { code, err } = await run(...args(await write(file, bytes)))
    const lines = err
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/^.*\.json: |^ +/, ''))
    expect({ code, problem: lines.at(-1) }).toEqual({ code: 1, problem: expect.stringMatching(problem) })
  })
})

it('a module in UTF-16 is refused, which cannot be imported', async () => {
  const file = await write('x.mjs', inUtf16le('export default { scenario: "x" }'))
  const { code, err } = await run('validate', file)
  expect({ code, err }).toEqual({
    code: 1,
    err: expect.stringMatching(/ {2}it is in UTF-16LE, and modules are in UTF-8\n$/),
  })
})
