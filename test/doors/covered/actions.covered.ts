import { expect, test } from '../../../src/vitest.ts'

test('expires a key', ({ ricloud }) => {
  ricloud.actions['key.expire']({ where: { id: 1 } })
  expect(ricloud.record('key', 1)).toBeInState('expired')
})
