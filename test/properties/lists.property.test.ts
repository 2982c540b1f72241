import fc from 'fast-check'
import { describe, expect } from 'vitest'
import type { Mock } from '../../src/index.ts'
import { lists } from './calls.ts'
import { anyCommand, commandsOf } from './commands.ts'
import { calm } from './concurrency.ts'
import { holds } from './invariants.ts'
import { call, named, perform, setup, tokensOf } from './perform.ts'

type Item = Readonly<Record<string, unknown>> & { readonly id: string | number; readonly date_created: string }

interface Page {
  readonly data: readonly Item[]
  readonly has_more: boolean
  readonly total_count: number
}

const commands = commandsOf(anyCommand, 20)
const list = fc.tuple(fc.constantFrom(...(Object.keys(lists) as (keyof typeof lists)[])), fc.nat(9))

/** Reads lists as the holder of a token, who is the first that may. */
async function reader(mock: Mock, [path, number]: readonly [keyof typeof lists, number], which: number) {
  mock.faults.disarm()
  const target = named(mock, path.replace('<source>', `<source ${number}>`))
  const tokens = tokensOf(mock)
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[(which + i) % tokens.length] as string
    const { status } = await call(mock, `GET ${target}`, token)
    if (status !== 200) continue
    return async (query: object = {}): Promise<Page> => {
      const text = new URLSearchParams(query as Record<string, string>).toString()
      return JSON.parse((await call(mock, `GET ${target}?${text}`, token)).text)
    }
  }
  return undefined
}

const newestFirst = (a: Item, b: Item) =>
  a.date_created === b.date_created ? (a.id < b.id ? 1 : -1) : a.date_created < b.date_created ? 1 : -1

/** A property of a list, as some caller sees it in a world where much has happened. */
function listHolds(
  sentence: string,
  property: (read: (query?: object) => Promise<Page>, whole: readonly Item[], n: number) => Promise<void>,
) {
  holds(sentence, 8, [commands, list, fc.nat(9), fc.nat(99)], async (all, which, whose, n) => {
    const { mock } = setup(calm)
    for (const command of all) await perform(mock, command)
    const read = await reader(mock, which, whose)
    if (read) await property(read, (await read({ limit: '1000' })).data, n)
  })
}

/** The filters of some list that equal a value, by their names in a record. */
const filters = ['user', 'key', 'type', 'identifier', 'state', 'action', 'source', 'session']

const idsOf = (items: readonly Item[]) => items.map(({ id }) => id)
/** The value of a field as a filter names it; a record that is shown whole is named by its ID. */
const fieldOf = (item: Item, field: string) => {
  const value = item[field]
  return typeof value === 'object' && value !== null ? (value as Item).id : value
}

/** The lists whose records contain others. */
const composed = ['/polls', '/tasks', '/sessions', '/sources'] as const

holds('Kept views are those that are made anew', 8, [commands], async (all) => {
  const { mock } = setup(calm)
  const shown = () => Promise.all(composed.map((path) => call(mock, `GET ${path}?limit=1000`, mock.token)))
  for (const command of all) {
    await perform(mock, command)
    mock.faults.disarm()
    const [kept, text] = [await shown(), () => shown().then((answers) => answers.map((answer) => answer.text))]
    // A restored world has forgotten what it kept.
    mock.snapshots.save('present')
    mock.snapshots.restore('present')
    expect(kept.map((answer) => answer.text)).toEqual(await text())
  }
})

describe('A list', () => {
  listHolds('comes newest first, and counts itself', async (read, whole) => {
    expect(whole).toEqual([...whole].sort(newestFirst))
    expect(await read({ limit: '1000' })).toMatchObject({ has_more: false, total_count: whole.length })
  })

  listHolds('is visited once and whole by a walk page by page', async (read, whole, n) => {
    const limit = String(1 + (n % 4))
    const walked: Item[] = []
    for (let more = true; more; ) {
      const page = await read({ limit, ...(walked.length > 0 && { after_id: walked.at(-1)?.id }) })
      expect(page.total_count).toBe(whole.length)
      walked.push(...page.data)
      more = page.has_more
    }
    expect(walked).toEqual(whole)
  })

  listHolds('lies between its cursors, both exclusive', async (read, whole, n) => {
    const [after, before] = [n % (whole.length || 1), (n * 7) % (whole.length || 1)].sort((a, b) => a - b)
    if (whole.length === 0 || after === undefined || before === undefined) return
    const query = { limit: '1000', after_id: whole[after]?.id, before_id: whole[before]?.id }
    expect(idsOf((await read(query)).data)).toEqual(idsOf(whole.slice(after + 1, before)))
  })

  listHolds('with filters is what of the whole they fit', async (read, whole, n) => {
    const like = whole[n % (whole.length || 1)]
    const names = filters.filter(
      (name, i) => (n >> i) % 2 === 0 && ['string', 'number'].includes(typeof (like && fieldOf(like, name))),
    )
    if (!like) return
    const query = Object.fromEntries(names.map((name) => [name, fieldOf(like, name)]))
    const page = await read({ limit: '1000', ...query })
    // A list ignores what it cannot be filtered by.
    const known: string[] = []
    for (const name of names) if (await isFilter(read, name)) known.push(name)
    const fitting = whole.filter((item) => known.every((name) => fieldOf(item, name) === fieldOf(like, name)))
    expect([idsOf(page.data), page.total_count]).toEqual([idsOf(fitting), fitting.length])
  })

  listHolds('since an instant is the newer part of the whole', async (read, whole, n) => {
    const since = whole[n % (whole.length || 1)]?.date_created ?? '2020-02-20T12:00:00.000000Z'
    if (!(await isFilter(read, 'date_created'))) return
    const page = await read({ limit: '1000', 'date_created[gte]': since })
    expect(idsOf(page.data)).toEqual(idsOf(whole.filter(({ date_created }) => date_created >= since)))
  })
})

/** Whether a list that is not empty takes a filter: by a value that nothing has it is refused, or empty. */
const isFilter = async (read: (query: object) => Promise<Page>, name: string) => {
  const page: Partial<Page> = await read({ limit: '1000', [name]: '\u0000nothing' })
  return (page.data?.length ?? 0) === 0
}
