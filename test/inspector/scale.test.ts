import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { day, formatDistance, formatLength, hour, minute } from '../../src/inspector/instant.ts'
import {
  clustered,
  fitted,
  following,
  longest,
  magnified,
  panned,
  placeLabel,
  shareOf,
  shortest,
  ticksOf,
  wholeSpan,
  zoomed,
} from '../../src/inspector/scale.ts'

const spans = fc
  .record({ from: fc.integer({ min: 0, max: 4e12 }), length: fc.integer({ min: shortest, max: longest }) })
  .map(({ from, length }) => ({ from, to: from + length }))

describe('A span of time', () => {
  test('zoomed: the instant under the pointer keeps its position', () => {
    fc.assert(
      fc.property(
        spans,
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (span, factor, share) => {
          const at = span.from + (span.to - span.from) * share
          expect(shareOf(at, zoomed(span, factor, share))).toBeCloseTo(share, 3)
        },
      ),
    )
  })

  test('zoomed: the length stays within its limits', () => {
    expect(zoomed({ from: 0, to: hour }, 1e-9).to - zoomed({ from: 0, to: hour }, 1e-9).from).toBe(shortest)
    const wide = zoomed({ from: 0, to: hour }, 1e9)
    expect(wide.to - wide.from).toBe(longest)
  })

  test('panned: the length stays the same', () => {
    expect(panned({ from: 0, to: hour }, 0.5)).toEqual({ from: hour / 2, to: 1.5 * hour })
  })

  test('following: moves only if now lies outside', () => {
    const span = { from: 0, to: day }
    expect(following(span, hour)).toBe(span)
    const moved = following(span, 2 * day)
    expect(shareOf(2 * day, moved)).toBeCloseTo(0.66)
    expect(moved.to - moved.from).toBeCloseTo(day)
    expect(shareOf(-day, following(span, -day))).toBeCloseTo(0.66)
  })

  test('fitted: contains all instants', () => {
    const span = fitted([3 * hour, hour], 2 * hour)
    expect([shareOf(hour, span) > 0, shareOf(3 * hour, span) < 1]).toEqual([true, true])
    expect(fitted([], 5 * day).from).toBe(4 * day)
  })
})

describe('ticksOf', () => {
  test('keeps a minimum distance, and stays within the span', () => {
    fc.assert(
      fc.property(spans, fc.integer({ min: 100, max: 3000 }), (span, width) => {
        const ticks = ticksOf(span, width)
        const gaps = ticks.slice(1).map(({ at }, i) => ((at - (ticks[i]?.at ?? 0)) / (span.to - span.from)) * width)
        expect(ticks.length).toBeLessThan(60)
        expect(gaps.filter((gap) => gap < 20)).toEqual([])
        expect(ticks.filter(({ at }) => at < span.from || at > span.to)).toEqual([])
      }),
    )
  })

  test('labels midnight with the date, and short steps with seconds', () => {
    const from = Date.parse('2020-02-20T18:00:00Z')
    expect(ticksOf({ from, to: from + 12 * hour }, 460).map(({ label }) => label)).toEqual([
      '18:00',
      '21:00',
      '21 Feb',
      '03:00',
      '06:00',
    ])
    expect(ticksOf({ from, to: from + minute / 2 }, 300)[1]?.label).toBe('18:00:15')
  })
})

describe('clustered', () => {
  test('groups items that lie close together, and leaves out those outside the span', () => {
    const items = [0, 100, 101, 102, 500, 2000].map((at) => ({ at }))
    const clusters = clustered(items, { from: 50, to: 1050 }, 1000, 12)
    expect(clusters.map(({ at, items }) => [at, items.length])).toEqual([
      [100, 3],
      [500, 1],
    ])
  })
})

describe('formatLength and formatDistance', () => {
  test.each([
    [0, '0 s'],
    [999, '0 s'],
    [61_000, '1 m 1 s'],
    [5.5 * hour, '5 h 30 m'],
    [6 * hour + 5000, '6 h'],
    [400 * day, '1 y 35 d'],
  ])('%d ms is written %s', (length, text) => {
    expect(formatLength(length)).toBe(text)
  })

  test('write the distance from now', () => {
    expect([formatDistance(hour, 0), formatDistance(0, hour), formatDistance(0, 10)]).toEqual([
      'in 1 h',
      '1 h ago',
      'now',
    ])
  })
})

describe('wholeSpan', () => {
  const now = Date.UTC(2020, 1, 20, 12)

  test('reaches from the beginning of the world to the last due work within 30 days', () => {
    const { from, to } = wholeSpan(now - day, [now + 3 * day, now + 79 * 365 * day], now)
    expect(from).toBeLessThanOrEqual(now - day)
    expect(to).toBeGreaterThan(now + 3 * day)
    expect(to).toBeLessThan(now + 4 * day)
  })

  test('reaches a day ahead where nothing is due', () => {
    const { to } = wholeSpan(now - day, [], now)
    expect(to).toBeGreaterThan(now + day)
    expect(to).toBeLessThan(now + 2 * day)
  })
})

describe('placeLabel', () => {
  test.each([
    [0.2, 0.4, 2, false, 'after'],
    [0.5, 0.95, 2, false, 'before'],
    [0.01, 0.99, 2, false, 'inside'],
    [0.5, 0.6, 2, true, 'before'],
    [0.01, 0.2, 2, true, 'after'],
    [0.4, 0.5, 0.6, false, 'before'],
    [0.1, 0.2, 0.3, false, 'beyond'],
    [0.1, 0.2, 0.22, false, 'beyond'],
    [0.1, 0.2, 0.5, false, 'after'],
    [0.1, 0.1, 0.92, true, 'after'],
  ] as const)('of a bar from %d to %d, now at %d, busy after it %s, it stands %s', (start, end, now, isBusy, side) => {
    expect(placeLabel('a label of some words', { start, end, now }, 800, isBusy)).toBe(side)
  })

  test('is cut on the widest side where it fits nowhere', () => {
    const place = (shares: { start: number; end: number; now: number }) => placeLabel('a label of words', shares, 100)
    expect(place({ start: 0.1, end: 0.5, now: 0.95 })).toBe('after')
    expect(place({ start: 0.1, end: 0.2, now: 0.7 })).toBe('after')
    expect(place({ start: 0.1, end: 0.2, now: 0.45 })).toBe('beyond')
  })
})

test('magnified has the life in its middle half, and is never too short to be shown', () => {
  expect(magnified({ from: 1000, to: 3000 })).toEqual({ from: 0, to: 4000 })
  const { from, to } = magnified({ from: 1000, to: 1000 })
  expect(to - from).toBeGreaterThanOrEqual(50)
})
