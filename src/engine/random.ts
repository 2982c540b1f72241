const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

export type RandomState = readonly [number, number, number, number]

/** The only random number generator of a world: sfc32, so that equal seeds give equal IDs, tokens, secrets and fake data. */
export class Random {
  #a: number
  #b: number
  #c: number
  #counter: number

  constructor(readonly seed: number) {
    ;[this.#a, this.#b, this.#c, this.#counter] = [0, seed | 0, 0x9e3779b9 | 0, 1]
    for (let round = 0; round < 15; round++) this.integer()
  }

  /** A random unsigned 32-bit integer. */
  integer(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum
    return sum >>> 0
  }

  /** An integer from 0 to `limit`, exclusive. */
  below(limit: number): number {
    return Math.floor((this.integer() / 2 ** 32) * limit)
  }

  /** Letters and digits: a key's token has 64 (length assumed), a webhook secret 32 (as in the pages' sample). */
  text(length: number): string {
    return Array.from({ length }, () => letters[this.below(letters.length)]).join('')
  }

  /** A version 4 UUID. */
  uuid(): string {
    // Concatenating strings one by one would keep every part in memory as long as the ID: half a kilobyte.
    const parts: (string | undefined)[] = []
    for (let i = 0; i < 16; i += 4) {
      const bits = this.integer()
      for (let j = 0; j < 4; j++) {
        let byte = (bits >>> (8 * j)) & 0xff
        if (i + j === 6) byte = (byte & 0x0f) | 0x40
        if (i + j === 8) byte = (byte & 0x3f) | 0x80
        parts.push(hex[byte])
        if (i + j === 3 || i + j === 5 || i + j === 7 || i + j === 9) parts.push('-')
      }
    }
    return parts.join('')
  }

  save(): RandomState {
    return [this.#a, this.#b, this.#c, this.#counter]
  }

  restore(state: RandomState): void {
    ;[this.#a, this.#b, this.#c, this.#counter] = state
  }
}
