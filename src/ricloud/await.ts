/** The longest wait in seconds (documented). */
const mostSeconds = 10

/**
 * Reads `Ricloud-Await: <seconds>` into microseconds. Absent, unreadable and negative mean no waiting, and more than
 * 10 counts as 10 (assumed).
 */
export function readAwait(header: string | null | undefined): number {
  const seconds = /^\d+(\.\d+)?$/.test(header?.trim() ?? '') ? Number(header) : 0
  return Math.min(seconds, mostSeconds) * 1e6
}
