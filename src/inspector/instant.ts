// Instants are milliseconds here, which is enough to show them.

export const second = 1000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour

/** An instant of the API as milliseconds; its order within a millisecond is lost. */
export const parseInstant = (text: string): number => Date.parse(text)

const two = (value: number) => String(value).padStart(2, '0')
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `20 Feb 2020`, UTC as everywhere. */
export function formatDate(at: number): string {
  const date = new Date(at)
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`
}

/** `12:30:05`. */
export function formatTime(at: number): string {
  const date = new Date(at)
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`
}

/** `20 Feb 2020, 12:30:05`. */
export const formatMoment = (at: number) => `${formatDate(at)}, ${formatTime(at)}`

/** An instant of the API in readable form; a dash if there is none. */
export const formatStamp = (text: unknown) => (typeof text === 'string' ? formatMoment(parseInstant(text)) : '–')

const units = [
  ['y', 365 * day],
  ['d', day],
  ['h', hour],
  ['m', minute],
  ['s', second],
] as const

/** The two largest units of a length of time: `5 h 30 m`; `0 s` for what is shorter than a second. */
export function formatLength(milliseconds: number): string {
  let left = Math.floor(Math.abs(milliseconds) / second) * second
  const parts: string[] = []
  for (const [name, unit] of units) {
    const count = Math.floor(left / unit)
    if (count > 0) parts.push(`${count} ${name}`)
    else if (parts.length > 0) break
    left -= count * unit
    if (parts.length === 2) break
  }
  return parts.join(' ') || '0 s'
}

/** The distance of an instant from now: `in 6 h`, `2 d 4 h ago`, `now`. */
export function formatDistance(at: number, now: number): string {
  if (Math.abs(at - now) < second) return 'now'
  return at > now ? `in ${formatLength(at - now)}` : `${formatLength(now - at)} ago`
}
