import defaultFixture from '../../fixtures/default.json' with { type: 'json' }
import emptyFixture from '../../fixtures/empty.json' with { type: 'json' }
import limitedFixture from '../../fixtures/limited.json' with { type: 'json' }
import minimalFixture from '../../fixtures/minimal.json' with { type: 'json' }
import permissionLimits from '../../fixtures/permission-limits.json' with { type: 'json' }
import pollsFixture from '../../fixtures/polls.json' with { type: 'json' }
import superFixture from '../../fixtures/super.json' with { type: 'json' }
import twoOrganisations from '../../fixtures/two-organisations.json' with { type: 'json' }
import type { Fixture } from './fixtures.ts'

/** The built-in fixtures, by name. */
export const builtInFixtures = {
  default: defaultFixture,
  empty: emptyFixture,
  limited: limitedFixture,
  minimal: minimalFixture,
  'permission-limits': permissionLimits,
  polls: pollsFixture,
  super: superFixture,
  'two-organisations': twoOrganisations,
} satisfies Readonly<Record<string, Fixture>>

export type FixtureName = keyof typeof builtInFixtures
