import { parseDuration } from '../../src/engine/time/duration.ts'
import { formatInstant, readInstant } from '../../src/engine/time/instant.ts'
import type { Duration } from '../../src/index.ts'

/** A datetime so much later, to the microsecond: each record moves a frozen clock on by one. */
export const later = (date: string, duration: Duration): string =>
  formatInstant(readInstant(date) + parseDuration(duration))
