/** A byte that is anything but zero. */
const any = undefined

/**
 * What bytes are by how they begin: by a byte order mark, because a text in YAML or JSON begins with a character of ASCII
 * (YAML 1.2, 5.2), or by the first bytes of a compressed file. Of several that match, the first counts.
 */
const formats = [
  ['utf-32', [0xff, 0xfe, 0, 0]],
  ['utf-32', [0, 0, 0xfe, 0xff]],
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
  ['utf-32', [any, 0, 0, 0]],
  ['utf-32', [0, 0, 0, any]],
  ['utf-16le', [any, 0]],
  ['utf-16be', [0, any]],
  ['gzip', [0x1f, 0x8b]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
] as const satisfies readonly (readonly [name: string, begins: readonly (number | undefined)[]])[]

/** What bytes seem to be. */
interface ByteFormat {
  /** A compression, or an encoding of text; `utf-8` where nothing speaks for another one. */
  readonly name: (typeof formats)[number][0]
  /** The length of the byte order mark. */
  readonly mark: number
}

/** Says what bytes are by how they begin. */
export function byteFormatOf(bytes: Uint8Array): ByteFormat {
  for (const [name, begins] of formats) {
    const isIt =
      bytes.length >= begins.length && begins.every((byte, i) => (byte === any ? bytes[i] !== 0 : bytes[i] === byte))
    if (isIt) return { name, mark: begins.some((byte) => byte === any) ? 0 : begins.length }
  }
  return { name: 'utf-8', mark: 0 }
}
