import type { StoredObject } from '../engine/buckets.ts'
import { base64OfHex } from './bytes.ts'

/** The polynomial of Castagnoli, reflected. */
const polynomial = 0x82f63b78

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1
  return value
})

/** CRC32C as base64 of its big-endian bytes. */
export function crc32c(bytes: Uint8Array): string {
  let value = 0xffffffff
  for (const byte of bytes) value = (value >>> 8) ^ (table[(value ^ byte) & 0xff] as number)
  return base64OfHex(((value ^ 0xffffffff) >>> 0).toString(16).padStart(8, '0'))
}

/** An object never changes, and lists show the checksum of each again and again. */
const known = new WeakMap<StoredObject, string>()

/** The CRC32C of an object. */
export function crc32cOf(object: StoredObject): string {
  const value = known.get(object) ?? crc32c(object.bytes)
  known.set(object, value)
  return value
}
