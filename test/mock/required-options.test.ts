import { describe, expect, it } from 'vitest'
import { createMock } from '../../src/index.ts'
import { setupRicloud, sweep } from '../../src/node.ts'
import { serve } from '../../src/standalone.ts'

const mock = createMock({ clock: { frozen: true } })
const ricloud = setupRicloud()

/** Each function that takes options, and whether a name of a scenario may have been meant. */
const functions: readonly [name: string, takesScenario: boolean, call: (options: never) => unknown][] = [
  ['createMock', true, (options) => createMock(options)],
  ['setupRicloud', true, (options) => setupRicloud(options)],
  ['serve', true, (options) => serve(options)],
  ['reset', true, (options) => mock.reset(options)],
  ['reset of ricloud', true, (options) => ricloud.reset(options)],
  ['worlds.create', true, (options) => mock.worlds.create(options)],
  ['sweep', false, (options) => sweep(() => {}, options)],
  ['listen', false, (options) => ricloud.listen(options)],
  ['scenario.load', false, (options) => mock.scenario.load('empty', options)],
  ['clock.run', false, (options) => mock.clock.run(options)],
  ['clock.upcoming', false, (options) => mock.clock.upcoming(options)],
  ['changes', false, (options) => mock.changes(options)],
  ['replayFile', false, (options) => mock.replayFile(options)],
  ['actions', false, (options) => mock.actions['user.block'](options)],
  ['webhooks.list', false, (options) => mock.webhooks.list(options)],
  ['webhooks.next', false, (options) => mock.webhooks.next(options)],
]

describe.each(functions)('Options of %s', (_, takesScenario, call) => {
  const attempt = async (options: unknown) => call(options as never)

  it.each([[null], [5], [true], [['empty']]])('are refused if they are no object: %j', async (options) => {
    await expect(attempt(options)).rejects.toThrow(`options must be an object, got ${JSON.stringify(options)}.`)
  })

  it('are suggested where the name of a scenario is given alone', async () => {
    const meant = takesScenario ? '; did you mean { scenario: "two-factor" }?' : '.'
    await expect(attempt('two-factor')).rejects.toThrow(`options must be an object, got "two-factor"${meant}`)
  })
})
