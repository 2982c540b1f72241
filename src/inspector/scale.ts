import { day, formatDate, formatTime, hour, minute, second } from './instant.ts'

/** A span of time, in milliseconds. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** The shortest and the longest span that can be shown. */
export const shortest = second / 10
export const longest = 400 * day

/** The position of an instant in a span: 0 at its start, 1 at its end. */
export const shareOf = (at: number, { from, to }: Span) => (at - from) / (to - from)

/** A longer or shorter span, in which the instant at `share` keeps its position. */
export function zoomed(span: Span, factor: number, share = 0.5): Span {
  const length = span.to - span.from
  const wanted = Math.min(longest, Math.max(shortest, length * factor))
  const from = span.from + (length - wanted) * share
  return { from, to: from + wanted }
}

/** A span of the same length, moved by a share of it. */
export function panned({ from, to }: Span, share: number): Span {
  const by = (to - from) * share
  return { from: from + by, to: to + by }
}

/** The span itself if `now` lies in its first nine tenths; otherwise moved so that `now` is at two thirds. */
export function following(span: Span, now: number): Span {
  const share = shareOf(now, span)
  return share >= 0 && share <= 0.9 ? span : panned(span, share - 0.66)
}

/** A span with a life in its middle half, however short that is. */
export function magnified({ from, to }: Span): Span {
  const margin = Math.max(to - from, shortest / 2) / 2
  return { from: from - margin, to: to + margin }
}

/** From the beginning of a world to the last due work within 30 days, or for a day if there is none. */
export function wholeSpan(began: number, due: Iterable<number>, now: number): Span {
  const soon = Array.from(due).filter((at) => at > now && at <= now + 30 * day)
  return fitted([Math.min(began, now), soon.length > 0 ? Math.max(...soon) : now + day], now)
}

/** Where the label of a bar stands. */
export type LabelSide = 'after' | 'before' | 'inside' | 'beyond'

/**
 * Where the label of a bar stands: after it, before it, beyond the now line, or inside at its end; where it fits
 * nowhere, on the widest side, cut. The now line crosses no label.
 *
 * @param now the share of the width at which the present is
 * @param isBusyAfter whether something is drawn after the bar, so that the label had better stand before it
 */
export function placeLabel(
  text: string,
  { start, end, now }: { readonly start: number; readonly end: number; readonly now: number },
  width: number,
  isBusyAfter = false,
): LabelSide {
  const length = text.length * 6.4 + 20
  const isNowAfter = now > end && now < 1
  const rooms = {
    after: ((isNowAfter ? now : 1) - end) * width,
    before: start * width,
    beyond: isNowAfter ? (1 - now) * width : 0,
  }
  const sides: readonly (keyof typeof rooms)[] = isBusyAfter
    ? ['before', 'after', 'beyond']
    : rooms.after < 40 && isNowAfter
      ? ['beyond', 'before']
      : ['after', 'before', 'beyond']
  const side = sides.find((one) => rooms[one] >= length)
  if (side) return side
  if (end * width >= length) return 'inside'
  return sides.reduce((widest, one) => (rooms[one] > rooms[widest] ? one : widest))
}

/** A span with a margin around instants and `now`; about a day if there are none. */
export function fitted(instants: Iterable<number>, now: number): Span {
  let [from, to] = [now, now]
  for (const at of instants) {
    if (at < from) from = at
    if (at > to) to = at
  }
  if (to === from) return { from: now - day, to: now + day / 2 }
  const length = Math.min(longest, Math.max(10 * minute, to - from))
  const start = Math.max(from, to - length)
  return { from: start - length * 0.04, to: start + length * 1.08 }
}

const steps = [
  ...[10, 50, 100, 250, 500],
  ...[1, 5, 15, 30].map((count) => count * second),
  ...[1, 5, 15, 30].map((count) => count * minute),
  ...[1, 3, 6, 12].map((count) => count * hour),
  ...[1, 2, 7, 14, 30, 90].map((count) => count * day),
]

/** A mark of the axis. */
export interface Tick {
  readonly at: number
  readonly label: string
  /** Whether a day begins. */
  readonly major: boolean
}

/** The marks of an axis, at least `apart` pixels from each other. */
export function ticksOf(span: Span, width: number, apart = 92): readonly Tick[] {
  const length = span.to - span.from
  const step = steps.find((one) => (one / length) * width >= apart) ?? (steps.at(-1) as number)
  const ticks: Tick[] = []
  for (let at = Math.ceil(span.from / step) * step; at <= span.to; at += step) {
    const major = at % day === 0
    ticks.push({ at, label: labelOf(at, step, major), major })
  }
  return ticks
}

function labelOf(at: number, step: number, major: boolean): string {
  if (step >= day || major) return formatDate(at).replace(/ \d{4}$/, '')
  if (step < second) return `${formatTime(at)}.${String(at % second).padStart(3, '0')}`
  return step >= minute ? formatTime(at).slice(0, 5) : formatTime(at)
}

/** Items that are drawn as one. */
export interface Cluster<T> {
  readonly at: number
  readonly items: readonly T[]
}

/** Groups items, sorted by time, that lie less than `apart` pixels from each other. */
export function clustered<T extends { readonly at: number }>(
  items: readonly T[],
  span: Span,
  width: number,
  apart = 12,
): readonly Cluster<T>[] {
  const clusters: { at: number; items: T[] }[] = []
  for (const item of items) {
    if (item.at < span.from || item.at > span.to) continue
    const last = clusters.at(-1)
    if (last && (shareOf(item.at, span) - shareOf(last.at, span)) * width < apart) last.items.push(item)
    else clusters.push({ at: item.at, items: [item] })
  }
  return clusters
}
