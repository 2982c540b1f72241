import type { Behaviour } from '../behaviour.ts'
import { catalogueRows } from '../catalogue.ts'
import { configs } from './configs.ts'
import { dialects } from './dialects.ts'
import { everywhere } from './everywhere.ts'
import { initialState } from './initial-state.ts'
import { lists } from './lists.ts'
import { polls } from './polls.ts'
import { records } from './records.ts'
import { refusals } from './refusals.ts'
import { time } from './time.ts'
import { wire } from './wire.ts'

/** Nothing here knows a runtime: the same list runs in Node and in a page. */
export const suite: readonly Behaviour[] = [
  ...records,
  ...configs,
  ...polls,
  ...refusals,
  ...everywhere,
  ...lists,
  ...time,
  ...wire,
  ...dialects,
  ...Object.values(catalogueRows).flat(),
  ...initialState,
]
