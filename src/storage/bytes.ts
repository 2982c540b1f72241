/** Bytes, given as characters up to U+00FF, in base64. */
const base64 = (binary: string) => btoa(binary)

/** Hex as base64, as checksums stand in headers and documents. */
export const base64OfHex = (hex: string): string =>
  base64(hex.replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16))))

/** A text as base64 that may stand in a URL. */
export const textToBase64 = (text: string): string =>
  base64(String.fromCharCode(...new TextEncoder().encode(text)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

/** The text that `textToBase64` made base64 of; undefined for what it cannot have made. */
export function textOfBase64(given: string): string | undefined {
  try {
    const binary = atob(given.replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0))
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
