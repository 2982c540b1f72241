import fc from 'fast-check'
import { expect, it } from 'vitest'
import { loadWords } from '../../../src/engine/fake.ts'
import { md5 } from '../../../src/engine/md5.ts'
import { Contents } from '../../../src/ricloud/services/contents.ts'

const owner = { seed: 1, identifier: 'ada@example.com', name: 'icloud.account ada@example.com', volume: 1 }
const hour = 3600e6
const begin = Date.UTC(2020, 1, 20) * 1000
const instant = fc.integer({ min: 0, max: 24 * 8 }).map((hours) => begin + hours * hour)
const type = fc.constantFrom('ios_messages.messages', 'ios_calls.calls', 'ios_contacts.contacts', 'any.other')

it('The document of a period is that of contents that have kept none, whatever was asked before', async () => {
  const words = await loadWords()
  const periods = fc.array(fc.tuple(type, instant, instant), { maxLength: 30 })
  fc.assert(
    fc.property(periods, (all) => {
      const contents = new Contents(words)
      for (const [name, since, until] of all) {
        const { bytes, md5: sum } = contents.document(owner, name, { since, until })
        const fresh = new Contents(words).document(owner, name, { since, until })
        expect([new TextDecoder().decode(bytes), sum]).toEqual([new TextDecoder().decode(fresh.bytes), md5(bytes)])
      }
    }),
    { numRuns: 50 },
  )
})

it('The document of a period that ends a moment later is the same object', async () => {
  const contents = new Contents(await loadWords())
  const at = (moment: number) =>
    contents.document(owner, 'ios_calls.calls', { since: begin + moment, until: begin + 14 * 24 * hour + moment })
  expect(at(1)).toBe(at(0))
})
