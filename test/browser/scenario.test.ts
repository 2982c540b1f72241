import { describe, it } from 'vitest'
import type { ScenarioName } from '../../scenarios/index.ts'
import type { Play } from '../scenario/built-in/play.ts'
import { rotationGracePlays } from '../scenario/built-in/rotation-grace-plays.ts'
import { serviceExpiryPlays } from '../scenario/built-in/service-expiry-plays.ts'
import { twoFactorPlays } from '../scenario/built-in/two-factor-plays.ts'
import { usePage } from './page-door.ts'

const inPage = usePage()

const played: Partial<Record<ScenarioName, Readonly<Record<string, Play>>>> = {
  'two-factor': twoFactorPlays,
  'service-expiry': serviceExpiryPlays,
  'rotation-grace': rotationGracePlays,
}

describe.each(Object.entries(played) as [ScenarioName, Record<string, Play>][])(
  'The scenario %s in a page',
  (name, plays) => {
    // With the clock that the scenario has itself.
    it.each(Object.entries(plays))('%s', (_, play) => inPage({ scenario: name, clock: undefined }, play))
  },
)
