import { type PlaceOf, type Problem, problemText } from '../engine/place.ts'
import { messageOf } from '../engine/thrown.ts'
import { isRecord } from '../engine/values.ts'
import type { NamedFiles } from '../scenario/files/named.ts'

/** They are read at the same time, and end in any order. */
const byText = (one: Problem, other: Problem) => (problemText(one) < problemText(other) ? -1 : 1)

type Named = Readonly<Record<string, unknown>>

/**
 * Reads the files that the accounts of a scenario name in `data` and `files`; what is no path is left to the schema.
 *
 * @returns the scenario with their contents, and a problem for each that cannot be read
 */
export async function readAccountFiles<Given extends object>(
  scenario: Given,
  files: NamedFiles,
  placeOf: PlaceOf,
): Promise<{ scenario: Given; problems: Problem[] }> {
  const { accounts }: { readonly accounts?: unknown } = scenario
  const problems: Problem[] = []
  if (!Array.isArray(accounts)) return { scenario, problems }

  const readEach = async (
    i: number,
    key: string,
    named: unknown,
    read: (value: unknown) => Promise<unknown> | undefined,
  ) => {
    const entries = Object.entries((isRecord(named) ? named : {}) as Named).map(async ([name, value]) => {
      try {
        return [name, (await read(value)) ?? value]
      } catch (error) {
        const path = isRecord(value) ? value.path : value
        const place = ['accounts', i, key, name]
        problems.push({ path: place, position: placeOf(place), what: `${path}: ${messageOf(error)}` })
        return [name, value]
      }
    })
    return isRecord(named) ? { [key]: Object.fromEntries(await Promise.all(entries)) } : {}
  }
  const read = accounts.map(async (account: unknown, i) => {
    if (!isRecord(account)) return account
    const data = await readEach(i, 'data', account.data, (value) =>
      typeof value === 'string' ? entriesIn(files, value) : undefined,
    )
    const own = await readEach(i, 'files', account.files, (value) =>
      isRecord(value) && typeof value.path === 'string' ? files.binary(value.path) : undefined,
    )
    return { ...account, ...data, ...own }
  })
  return { scenario: { ...scenario, accounts: await Promise.all(read) }, problems: problems.toSorted(byText) }
}

async function entriesIn(files: NamedFiles, path: string): Promise<unknown> {
  const entries = await files.json(path)
  if (Array.isArray(entries) && entries.every(isRecord)) return entries
  throw new Error('it must hold an array of objects')
}
