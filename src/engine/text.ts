/**
 * A copy of a text, cut to a length. What is kept for long is copied: a part of a text, and a text that was joined from
 * parts, may keep the whole of a much longer one in memory.
 */
export const cut = (text: string, longest: number): string =>
  structuredClone(text.length > longest ? `${text.slice(0, longest)}…` : text)

/** The longest URL that is read as one: the name of a host takes time by the square of its length. */
export const longestUrl = 2048

export const isUrl = (text: string): boolean => text.length <= longestUrl && URL.canParse(text)

/** A number of things: `1 call`, `2 calls`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** A text without the slashes at its end. */
export const withoutTrailingSlashes = (text: string): string => text.replace(/(?<!\/)\/+$/, '')

/** Compares texts by their UTF-8 bytes: as by their code units, but that surrogates come after all other characters. */
export function compareBytes(one: string, other: string): number {
  const length = Math.min(one.length, other.length)
  for (let i = 0; i < length; i++) {
    const [left, right] = [one.charCodeAt(i), other.charCodeAt(i)]
    if (left !== right) return byteRank(left) - byteRank(right)
  }
  return one.length - other.length
}

const byteRank = (unit: number) => (unit < 0xd800 ? unit : unit > 0xdfff ? unit - 0x800 : unit + 0x2000)
