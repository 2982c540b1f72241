import { promises } from 'node:fs'
import { byteFormatOf } from '../../engine/byte-format.ts'
import { systemReason } from '../../engine/system-errors.ts'
import { codeOf } from '../../engine/thrown.ts'

/** The contents of a text file, without a byte order mark. */
export interface FileText {
  readonly text: string
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be'
}

/**
 * Reads a text file in UTF-8 or UTF-16.
 *
 * @throws an Error whose message is what is wrong: that the file cannot be read, or its encoding
 */
export async function readText(path: string): Promise<FileText> {
  const bytes = await promises.readFile(path).catch((error) => {
    throw new Error(codeOf(error) === 'ENOENT' ? 'there is no such file' : `it cannot be read: ${systemReason(error)}`)
  })
  return decode(bytes)
}

/** Decodes the bytes of a file. Throws an Error that names the encoding if it is another one. */
export function decode(bytes: Uint8Array): FileText {
  const { name: encoding, mark } = byteFormatOf(bytes)
  if (encoding !== 'utf-8' && encoding !== 'utf-16le' && encoding !== 'utf-16be') {
    throw new Error(`it is ${encoding === 'utf-32' ? 'in UTF-32' : `compressed by ${encoding}`}: save it as UTF-8`)
  }
  const body = bytes.subarray(mark)
  let text: string
  try {
    text = new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(body)
  } catch {
    throw new Error(encoding === 'utf-8' ? notUtf8(body) : `it begins in ${encoding.toUpperCase()}, but is damaged`)
  }
  if (text.includes('\0')) throw new Error(`${placeIn(text, text.indexOf('\0'))}there is a zero byte: it is no text`)
  return { text, encoding }
}

/** The place of a character as messages begin with it: `3:12 `. */
export function placeIn(text: string, offset: number): string {
  const before = text.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  return `${before.split('\n').length}:${offset - lineStart + 1} `
}

/** Where bytes cease to be UTF-8, and what they seem to be instead. */
function notUtf8(bytes: Uint8Array): string {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const offset = firstUndecoded(text, bytes)
  const byte = bytes[Buffer.byteLength(text.slice(0, offset))] ?? 0
  const is = /[^\0-\x7f\ufffd]/.test(text)
    ? 'the rest is, so the file is damaged'
    : `it seems to be in ${bytes.some((one) => one >= 0x80 && one < 0xa0) ? 'Windows-1252' : 'Latin-1'}, save it as UTF-8`
  return `${placeIn(text, offset)}the byte 0x${byte.toString(16).toUpperCase()} is not UTF-8: ${is}`
}

/** The first replacement character that stands for bytes which could not be decoded, and not for itself. */
function firstUndecoded(text: string, bytes: Uint8Array): number {
  const own = [0xef, 0xbf, 0xbd]
  let offset = text.indexOf('\ufffd')
  for (let at = 0, done = 0; offset >= 0; offset = text.indexOf('\ufffd', offset + 1)) {
    at += Buffer.byteLength(text.slice(done, offset))
    done = offset
    if (!own.every((byte, i) => bytes[at + i] === byte)) break
  }
  return Math.max(0, offset)
}
