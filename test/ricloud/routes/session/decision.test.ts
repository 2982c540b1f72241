import { describe, expect, it } from 'vitest'
import type { ActionName } from '../../../../src/index.ts'
import { setupApi } from '../../../support/api.ts'

type Meanwhile = readonly [what: string, action: ActionName, options: object]

const first = { where: { id: 1 } }

/** What closes the access of a pending session, and what only its service minds. */
const closing: readonly Meanwhile[] = [
  ['its source was blocked', 'source.block', first],
  ['its source was deactivated', 'source.deactivate', first],
  ['its user was blocked', 'user.block', first],
  ['its user was deactivated', 'user.deactivate', first],
  ['its organisation was blocked', 'organisation.block', first],
  ['its organisation was deactivated', 'organisation.deactivate', first],
  ['its key was blocked', 'key.block', first],
  ['its key was deactivated', 'key.deactivate', first],
  ['its key expired', 'key.expire', first],
]
const declining: readonly (readonly [...Meanwhile, error: string])[] = [
  ['its source was locked', 'source.lock', first, 'source-locked'],
  ['its password was changed', 'account.change_password', first, 'credentials-invalid'],
  [
    'its password became another one',
    'account.change_password',
    { ...first, with: { password: 'x' } },
    'credentials-invalid',
  ],
]
const reopening: readonly (readonly [what: string, ...actions: (readonly [ActionName, object])[]])[] = [
  ['its source was blocked and is active again', ['source.block', first], ['source.reactivate', first]],
  ['its source was locked and is unlocked', ['source.lock', first], ['source.unlock', first]],
  ['its key was blocked and is active again', ['key.block', first], ['key.reactivate', first]],
  ['another key was blocked', ['key.block', { where: { id: 2 } }]],
  ['another source was blocked', ['source.block', { where: { id: 2 } }]],
  [
    'its password became the one that it was given',
    ['account.change_password', { ...first, with: { password: 'joshua' } }],
  ],
]

/** Starts a session that its service decides on after 10 s, and returns what it is then. */
async function outcomeAfter(
  meanwhile: readonly (readonly [ActionName, object])[],
  identifier = 'john.appleseed@reincubate.com',
) {
  const { mock, post } = setupApi({ settings: { session_init: '10s' } })
  const source = { user: 1, type: 'icloud.account', identifier }
  const { body } = await post('/sessions', { source, payload: { password: 'joshua' } })
  await mock.clock.advance('5s')
  for (const [action, options] of meanwhile) mock.actions[action](options as never)
  await mock.clock.advance('5s')
  const session = mock.state().session.find(({ id }) => id === body.id)
  const task = mock.state().task.find(({ target }) => target === body.id)
  return [session?.state, session?.error, session?.date_expired, task?.state]
}

describe('The outcome of a session is decided when its service decides:', () => {
  it('it becomes active if nothing happened', async () => {
    expect(await outcomeAfter([])).toEqual(['active', null, null, 'succeeded'])
  })

  it.each(closing)('it fails if %s while it was pending', async (_, action, options) => {
    expect(await outcomeAfter([[action, options]])).toEqual(['failed', 'init_failed', null, 'failed'])
  })

  it.each(declining)('its service declines it if %s while it was pending', async (_, action, options, error) => {
    expect(await outcomeAfter([[action, options]])).toEqual(['failed', error, null, 'failed'])
  })

  it.each(reopening.map(([what, ...actions]) => [what, actions] as const))(
    'it becomes active if %s',
    async (_, actions) => {
      expect(await outcomeAfter(actions)).toEqual(['active', null, null, 'succeeded'])
    },
  )

  it('closed access comes before what the service would say', async () => {
    const actions = [
      ['account.change_password', first],
      ['source.block', first],
    ] as const
    expect(await outcomeAfter(actions)).toEqual(['failed', 'init_failed', null, 'failed'])
  })

  it('a locked source comes before a changed password', async () => {
    const actions = [
      ['account.change_password', first],
      ['source.lock', first],
    ] as const
    expect(await outcomeAfter(actions)).toEqual(['failed', 'source-locked', null, 'failed'])
  })

  it('the new password of a session that was started after the change is accepted', async () => {
    const { mock, post } = setupApi({ settings: { session_init: '10s' } })
    mock.actions['account.change_password'](first)
    const source = { user: 1, type: 'icloud.account', identifier: 'john.appleseed@reincubate.com' }
    const { body } = await post('/sessions', { source, payload: { password: 'falken' } })
    await mock.clock.advance('10s')
    expect(mock.record('session', body.id).shown.state).toBe('active')
  })

  it('a session that is ended while pending uses no outcome of its account', async () => {
    const accounts = [{ identifier: 'a', outcomes: ['code-required', 'success'] as const }]
    const {
      mock,
      post,
      delete: end,
    } = setupApi({ scenario: { scenario: 'x', accounts }, settings: { session_init: '10s' } })
    const wanted = { source: { user: 1, type: 'icloud.account', identifier: 'a' }, payload: { password: 'joshua' } }
    await end(`/sessions/${(await post('/sessions', wanted)).body.id}`)
    const { body } = await post('/sessions', wanted)
    await mock.clock.advance('10s')
    expect(mock.db.session.findFirst({ where: { id: { equals: body.id } } })?.error).toBe('code-required')
  })

  it('is the same where the state was packed and restored meanwhile', async () => {
    const { mock, post } = setupApi({ settings: { session_init: '10s' } })
    const source = { user: 1, type: 'icloud.account', identifier: 'john.appleseed@reincubate.com' }
    const { body } = await post('/sessions', { source, payload: { password: 'joshua' } })
    mock.actions['account.change_password'](first)
    mock.unpack(mock.pack() as string)
    await mock.clock.advance('10s')
    expect(mock.db.session.findFirst({ where: { id: { equals: body.id } } })?.error).toBe('credentials-invalid')
  })
})
