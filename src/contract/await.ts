/** The longest wait in seconds (documented). */
const mostSeconds = 10

/**
 * Reads `Ricloud-Await: <seconds>` into microseconds. Absent, unreadable and negative mean no waiting, and more than
 * 10 counts as 10 (assumed).
 */
export function readAwait(header: string | null | undefined): number {
  const seconds = Number(header?.trim() || 0)
  return seconds > 0 ? Math.min(seconds, mostSeconds) * 1e6 : 0
}
