import defaultFixture from '../../fixtures/default.json' with { type: 'json' }
import type { Fixture, MockOptions } from '../../src/index.ts'
import { setupApi } from '../support/api.ts'
import { sessionIds } from '../support/worlds.ts'

/** The secret of the default world's webhook config. */
export const secret = 'Wg69dQaffJuXckXsdoHuPYkf3VSWEGMa'

/** That of the second one, where there is one. */
export const otherSecret = 'q7nYVt0xJ2sLk5RbPz8cWd3FhGm6EuTa'

/** The key that has a webhook config of its own, where there is a second one; the relay session is its. */
export const keyWithConfig = { id: 2, session: sessionIds.relay }

/** The default world, whose organisation's webhook is at a URL, and that of the key above at another. */
export function worldWith(url: string, own?: string): Fixture {
  const fixture = structuredClone(defaultFixture)
  const [organisation] = fixture.organisations
  const configs = organisation?.webhook_configs.data
  const [config] = configs ?? []
  if (!config) throw new Error('The default world has no webhook config.')
  config.url = url
  if (own !== undefined) {
    configs?.push({ ...config, id: 2, url: own, secret: otherSecret })
    for (const key of fixture.keys) if (key.id === keyWithConfig.id) key.webhook_config = 2 as never
    for (const session of fixture.sessions) if (session.id === keyWithConfig.session) session.key = keyWithConfig.id
  }
  return fixture as Fixture
}

/** The default world, whose clock is frozen, and whose webhook is at a URL. */
export function setupWebhook({ url }: { readonly url: string }, options: MockOptions = {}) {
  return withVerbs(setupApi({ fixtures: [worldWith(url)], ...options }))
}

/** What tests of webhooks do with a mock. */
export function withVerbs(api: ReturnType<typeof setupApi>) {
  const { mock } = api
  return {
    ...api,
    /** Ends a session of the default world; answers with it as it is then. */
    end: async (session: keyof typeof sessionIds = 'active') =>
      (await api.delete(`/sessions/${sessionIds[session]}`)).body,
    /** Resolves when nothing is under way on the network. */
    quiet: () => mock.clock.advance('0s'),
    /** The events as the API lists them, the oldest first. */
    events: async () => (await api.get('/events?limit=1000')).body.data.reverse(),
  }
}

/** Seconds that a signature tells. */
export const secondsIn = (headers: Readonly<Record<string, string | string[] | undefined>>) =>
  Number(/^t=(\d+),/.exec(String(headers['ricloud-signature']))?.[1])

/** For waits for a webhook that should come: far more than a busy machine needs. */
export const patient = { timeout: '45s' } as const
