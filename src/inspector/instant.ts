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

/** An instant as briefly as its distance from now allows: `23:06`, `21 Feb 23:06`, `1 Jan 2030 00:00`. */
export function formatGoal(at: number, now: number): string {
  const time = at % minute === 0 ? formatTime(at).slice(0, 5) : formatTime(at)
  const [date, today] = [formatDate(at), formatDate(now)]
  if (date === today) return time
  return date.slice(-4) === today.slice(-4) ? `${date.slice(0, -5)} ${time}` : `${date} ${time}`
}

/** A move of the clock as it is written: `6h` for a duration, `2020-03-01` or `2020-03-01 12:00` for an instant, UTC. */
export function moveOf(text: string): { readonly advance: string } | { readonly set: string } {
  const written = text.trim()
  if (!/^\d{4}-/.test(written)) return { advance: written }
  const [date = '', time = '00:00'] = written.replace(' ', 'T').split('T')
  const isZoned = /(?:Z|[+-]\d\d:?\d\d)$/i.test(time)
  return { set: `${date}T${/^\d\d:\d\d$/.test(time) ? `${time}:00` : time}${isZoned ? '' : 'Z'}` }
}

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
