/** The longest wait in seconds (documented). */
const maxSeconds = 10

/**
 * Reads the header `Ricloud-Await: <seconds>` into microseconds. An absent, invalid or negative value means no wait, and
 * one above 10 counts as 10 (assumed).
 */
export function readAwait(header: string | null | undefined): number {
  const seconds = /^\d+(\.\d+)?$/.test(header?.trim() ?? '') ? Number(header) : 0
  return Math.min(seconds, maxSeconds) * 1e6
}
