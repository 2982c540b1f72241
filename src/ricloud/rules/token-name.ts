import type { World } from '../types.ts'

/** A name of a token that says nothing of it: `key 1`, or `key 1, token 2` for the second one that was replaced. */
function nameOf({ tables, pastTokens }: World, token: string): string | undefined {
  const past = pastTokens.find(token)
  if (past) return `key ${past.owner}, token ${pastTokens.of(past.owner).indexOf(token) + 1}`
  const key = tables.key.find(token)
  return key?.token === token ? `key ${key.id}` : undefined
}

/** The token of a name, in a world to which the same happened. */
function named({ tables, pastTokens }: World, name: string): string | undefined {
  const [, id, number] = /^key (\d{1,15})(?:, token (\d{1,15}))?$/.exec(name) ?? []
  return number === undefined ? tables.key.get(Number(id))?.token : pastTokens.of(Number(id))[Number(number) - 1]
}

export const tokenNames = { nameOf, named }
