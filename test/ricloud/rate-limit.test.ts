import { describe, expect, it } from 'vitest'
import { RateCounter } from '../../src/engine/rate-counter.ts'

const limit = { requests: 2, per: 10e6 }

/** How many of so many requests of an organisation at an instant are let through. */
function passed(rates: RateCounter, many: number, now: number, organisation = 1): number {
  let count = 0
  for (let i = 0; i < many; i++) {
    try {
      rates.count(organisation, now, limit)
      count++
    } catch {
      // One too many.
    }
  }
  return count
}

describe('A rate limit', () => {
  it('lets exactly as many requests through as it says', () => {
    expect(passed(new RateCounter(), 5, 0)).toBe(2)
  })

  it('counts each organisation by itself', () => {
    const rates = new RateCounter()
    passed(rates, 5, 0)
    expect(passed(rates, 5, 0, 2)).toBe(2)
  })

  it('begins anew once its time is over, and not a microsecond before', () => {
    const rates = new RateCounter()
    passed(rates, 5, 1e6)
    expect([passed(rates, 5, 11e6 - 1), passed(rates, 5, 11e6)]).toEqual([0, 2])
  })

  it('goes on from where it was saved, as often as it is restored', () => {
    const rates = new RateCounter()
    passed(rates, 1, 0)
    const saved = rates.save()
    passed(rates, 1, 0)
    const left = [1, 2].map(() => {
      rates.restore(saved)
      return passed(rates, 5, 5e6)
    })
    expect(left).toEqual([1, 1])
  })
})
