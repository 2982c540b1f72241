const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
/** The character of a hexadecimal digit. */
const hexCode = (digit: number) => (digit < 10 ? 48 : 87) + digit

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
    const codes = new Array<number>(36)
    let bits = 0
    let at = 0
    for (let i = 0; i < 16; i++) {
      bits = i % 4 === 0 ? this.integer() : bits >>> 8
      let byte = bits & 0xff
      if (i === 6) byte = (byte & 0x0f) | 0x40
      if (i === 8) byte = (byte & 0x3f) | 0x80
      if (i === 4 || i === 6 || i === 8 || i === 10) codes[at++] = 45
      codes[at++] = hexCode(byte >> 4)
      codes[at++] = hexCode(byte & 15)
    }
    return String.fromCharCode.apply(null, codes)
  }

  save(): RandomState {
    return [this.#a, this.#b, this.#c, this.#counter]
  }

  restore(state: RandomState): void {
    ;[this.#a, this.#b, this.#c, this.#counter] = state
  }
}
