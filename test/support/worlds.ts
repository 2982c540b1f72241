import defaultFixture from '../../fixtures/default.json' with { type: 'json' }
import emptyFixture from '../../fixtures/empty.json' with { type: 'json' }
import limitedFixture from '../../fixtures/limited.json' with { type: 'json' }
import minimalFixture from '../../fixtures/minimal.json' with { type: 'json' }
import permissionLimits from '../../fixtures/permission-limits.json' with { type: 'json' }
import pollsFixture from '../../fixtures/polls.json' with { type: 'json' }
import superFixture from '../../fixtures/super.json' with { type: 'json' }
import twoOrganisations from '../../fixtures/two-organisations.json' with { type: 'json' }
import type { Fixture, Scopes } from '../../src/index.ts'

/** What the worlds hold, in the order of the API's lists. */
export const worlds = {
  default: defaultFixture,
  empty: emptyFixture,
  limited: limitedFixture,
  minimal: minimalFixture,
  'permission-limits': permissionLimits,
  polls: pollsFixture,
  super: superFixture,
  'two-organisations': twoOrganisations,
} as const

/** The record with an ID. */
export function recordOf<Row extends { readonly id: number | string }>(rows: readonly Row[], id: Row['id']): Row {
  const row = rows.find((other) => other.id === id)
  if (!row) throw new Error(`The fixture has no record ${id}.`)
  return row
}

/** IDs of sessions of the default world, by their state. */
export const sessionIds = {
  active: 'e2c9b0a4-6f1d-4e0b-8a57-3d94c1f0b627',
  pending: 'b81f3c6e-90d2-4b7a-a1c4-5e6f20d8937c',
  failed: '9a0c5d38-e7b1-4f24-b6a9-10c8d3e2f546',
  expired: '1f6b8e20-c4a7-49d3-8b15-f7e09a3d6c82',
  relay: '4d7e1f92-3b58-4c66-9e0d-82a5f6c4b713',
  /** Of the other organisation in `two-organisations`. */
  other: '0b1d2c3e-4f50-4162-8374-95a6b7c8d9ea',
} as const

/** IDs of records of the fixture `polls`, by their state. */
export const pollIds = {
  subscription: { pending: '04c4121d-28f0-448b-90b6-f75dbf780e43', active: 'bbb55a2b-eb9b-4cce-8acf-247451d55b69' },
  poll: { pending: 'b7af583a-e2b7-48e7-96f6-47d8fb312d0a', processing: '891e3519-d3a6-4964-aa6e-120ee0a1f5f5' },
  task: { suspended: '4dfcde99-7f39-4677-b8d6-4665431171b7', processing: '6d10e8ed-4f97-4707-9ffe-3ea287b17c3b' },
  result: { available: 'da3fe701-e91a-4733-b867-05e1e3b395aa' },
} as const

/** The default world, whose organisation has these scopes instead. */
export function worldWithScopes(scopes: Scopes): Fixture {
  const fixture = structuredClone(defaultFixture)
  for (const organisation of fixture.organisations) organisation.permissions.scopes = scopes as never
  return fixture
}
