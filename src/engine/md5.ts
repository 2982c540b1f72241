const shifts = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const
const sines = Int32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32))

/** The message, a 1 bit, zeros and the length in bits, as 32-bit words. */
function padded(bytes: Uint8Array): Int32Array {
  const words = new Int32Array((((bytes.length + 8) >> 6) + 1) * 16)
  const end = bytes.length
  for (let i = 0; i < end; i++) words[i >> 2] = (words[i >> 2] as number) | ((bytes[i] as number) << ((i & 3) << 3))
  words[end >> 2] = (words[end >> 2] as number) | (0x80 << ((end & 3) << 3))
  words[words.length - 2] = end << 3
  words[words.length - 1] = Math.floor(end / 2 ** 29)
  return words
}

const byteOf = (word: number, i: number) => ((word >>> (8 * i)) & 0xff).toString(16).padStart(2, '0')

/**
 * The MD5 of some bytes, or of a text as UTF-8, in lower-case hex (RFC 1321). It is calculated here because browsers
 * offer none, and what Web Crypto does offer is asynchronous.
 */
export function md5(content: Uint8Array | string): string {
  const words = padded(typeof content === 'string' ? new TextEncoder().encode(content) : content)
  let [a0, b0, c0, d0] = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476]
  for (let at = 0; at < words.length; at += 16) {
    let [a, b, c, d] = [a0, b0, c0, d0]
    for (let round = 0; round < 4; round++) {
      const [s0, s1, s2, s3] = shifts[round] as (typeof shifts)[number]
      for (let i = round * 16; i < round * 16 + 16; i++) {
        let mixed: number
        let word: number
        if (round === 0) {
          mixed = (b & c) | (~b & d)
          word = i
        } else if (round === 1) {
          mixed = (d & b) | (~d & c)
          word = (5 * i + 1) & 15
        } else if (round === 2) {
          mixed = b ^ c ^ d
          word = (3 * i + 5) & 15
        } else {
          mixed = c ^ (b | ~d)
          word = (7 * i) & 15
        }
        const sum = (((a + mixed) | 0) + (((sines[i] as number) + (words[at + word] as number)) | 0)) | 0
        const shift = i & 2 ? (i & 1 ? s3 : s2) : i & 1 ? s1 : s0
        a = d
        d = c
        c = b
        b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0
      }
    }
    a0 = (a0 + a) | 0
    b0 = (b0 + b) | 0
    c0 = (c0 + c) | 0
    d0 = (d0 + d) | 0
  }
  return [a0, b0, c0, d0].map((word) => [0, 1, 2, 3].map((i) => byteOf(word, i)).join('')).join('')
}
