import { expect } from 'vitest'
import { get, python, settled } from '../../doors/behaviour.ts'
import { outcomeOf, playThrough } from './play.ts'

const relay = (code: string, identifier = 'relay-1') => ({
  source: { user: 1, type: 'rirelay.instance', identifier },
  payload: { code },
})

playThrough('relay-pairing', {
  'The code pairs the instance': async (door) => {
    expect(await outcomeOf(settled(door, relay('A1B2C3')))).toBe('active')
  },
  'Two devices appear as children': async (door) => {
    const { source } = await settled(door, relay('A1B2C3'))
    const { data } = (await get(door, `/sources/${source.id}/children`)).body
    expect(data.map(({ info }: { info: { name: string } }) => info.name)).toEqual(["Renate's iPad", "Renate's iPhone"])
  },
  'A device shows all that is known of it': async (door) => {
    const { source } = await settled(door, relay('A1B2C3'))
    const { data } = (await get(door, `/sources/${source.id}/children`)).body
    const { id: _, date_created: __, children: ___, ...shown } = data[1]
    expect(shown).toEqual({
      resource: 'source',
      user: 1,
      type: 'rirelay.source',
      identifier: expect.stringMatching(/^00008030-[0-9A-F]{16}$/),
      info: {
        is_encrypted: true,
        apple_model_id: 'iPhone12,3',
        apple_serial: 'F17ZP0ABN70D',
        name: "Renate's iPhone",
        ios_version: '13.3.1',
      },
      parent: source.id,
      state: 'active',
    })
  },
  'Another code fails': async (door) => {
    expect(await outcomeOf(settled(door, relay('C3B2A1')))).toBe('failed init_failed')
  },
  'The official client gets the error that the code is invalid': async (door) => {
    expect(await outcomeOf(settled(door, relay('C3B2A1'), python))).toBe('failed code-invalid')
  },
  'No device appears behind an instance that was not paired': async (door) => {
    expect((await settled(door, relay('C3B2A1'))).source.children.data).toEqual([])
  },
  'The devices appear once, however often the instance is paired': async (door) => {
    await settled(door, relay('A1B2C3'))
    expect((await settled(door, relay('A1B2C3'))).source.children.total_count).toBe(2)
  },
  'A second instance has its own two devices': async (door) => {
    await settled(door, relay('A1B2C3'))
    const { source } = await settled(door, relay('A1B2C3', 'relay-2'))
    const { body } = await get(door, `/sources/${source.id}/children`)
    expect([body.total_count, source.children.total_count]).toEqual([2, 2])
  },
})
