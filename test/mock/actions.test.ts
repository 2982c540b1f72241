import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createMock } from '../../src/index.ts'

describe('mock.actions', () => {
  const { actions } = createMock()
  const named = (name: string) => (actions as Readonly<Record<string, unknown>>)[name]

  it.each([
    ['session.expir', '. Did you mean "session.expire"? There are "'],
    ['user.blok', '. Did you mean "user.block"? There are "'],
    ['nothing.at.all', '; there are "'],
  ])('names %s, which is no action, and those that there are', (name, known) => {
    expect(() => named(name)).toThrow(`mock.actions has no "${name}"${known}`)
    expect(name in actions).toBe(false)
  })

  it('is printed, compared and awaited as other objects are', async () => {
    expect(inspect(actions)).toMatch("'session.expire': [Function")
    expect(await actions).toEqual({ ...actions })
    expect(JSON.stringify(actions)).toBe('{}')
  })
})
