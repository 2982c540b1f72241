import { expect, it } from 'vitest'
import { Recorder } from '../../src/engine/recorder.ts'

const clock = { real: 0, now: () => 0, hold: <T>(work: () => T) => work() }

it('Inputs that fail take no room from those that are kept', () => {
  const recorder = new Recorder({ clock, save: () => ({}), size: () => 0 }, 10)
  recorder.after('kept')
  const failing = () => {
    throw new Error('no')
  }
  for (let i = 0; i < 20_000; i++) expect(() => recorder.input('failing', undefined, failing)).toThrow('no')
  expect(recorder.whole()?.map((input) => input.do)).toEqual(['kept'])
})
