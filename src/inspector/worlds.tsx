import { useState } from 'preact/hooks'
import type { WorldView } from '../control/worlds.ts'
import { AsyncButton, Copy, ScenarioOptions, Select } from './buttons.tsx'
import { useInspector, useStore } from './context.ts'
import { Cards, Count, useFilter } from './filter-field.tsx'
import { formatStamp } from './instant.ts'

const first = { id: 'first world', about: 'reached by the token that was printed at the start' }

/** Lists, creates and deletes worlds. */
export function Worlds() {
  const { controller } = useInspector()
  const store = useStore()
  const { worlds, scenarios, world: chosen } = store
  const [name, setName] = useState('default')
  const keep = useFilter()
  const shown = keep(worlds)
  const create = () =>
    controller.attempt(async () => {
      const { id } = await controller.client.call<WorldView>('POST', '/worlds', { scenario: name }, null)
      controller.refresh('worlds')
      await controller.selectWorld(id)
    }, 'A world is made, and shown.')
  const end = (id: string) =>
    controller.attempt(async () => {
      await controller.client.call('DELETE', `/worlds/${id}`, undefined, null)
      if (store.world === id) await controller.selectWorld(null)
      controller.refresh('worlds')
    }, `The world ${id} has ended.`)
  return (
    <Cards label="Worlds" example="two-factor, seed:7">
      <section class="card" aria-labelledby="worlds-title">
        <h2 id="worlds-title">
          Worlds <Count shown={shown.length} all={worlds.length} />
        </h2>
        <p class="lead">
          Each is a ricloud of its own: records, clock, scenario. The token of a call decides which one it reaches.
        </p>
        <ul class="worlds">
          {keep([first]).length > 0 && (
            <li data-chosen={chosen === null}>
              <span class="world-name">first world</span>
              <span class="hint">{first.about}</span>
              <AsyncButton pressed={chosen === null} work={() => controller.selectWorld(null)}>
                {chosen === null ? 'Shown' : 'Show'}
              </AsyncButton>
            </li>
          )}
          {shown.map(({ id, scenario, seed, now }) => (
            <li key={id} data-chosen={chosen === id}>
              <span class="world-name">{id}</span>
              <span class="hint">
                {scenario}, seed {seed}, {formatStamp(now)}
              </span>
              <span class="buttons">
                <AsyncButton pressed={chosen === id} work={() => controller.selectWorld(id)}>
                  {chosen === id ? 'Shown' : 'Show'}
                </AsyncButton>
                <Copy text={() => controller.tokenOf(id)}>Copy token</Copy>
                <AsyncButton tone="danger" asks={`End ${id} with all that is in it?`} work={() => end(id)}>
                  End {id}
                </AsyncButton>
              </span>
            </li>
          ))}
        </ul>
        {worlds.length === 0 && (
          <p class="hint">There is only the first one. Make another for tests that run side by side.</p>
        )}
        <div class="form form-row">
          <Select label="Scenario" value={name} choose={setName}>
            <ScenarioOptions scenarios={scenarios} />
          </Select>
          <AsyncButton tone="primary" work={create}>
            Make a world
          </AsyncButton>
        </div>
      </section>
    </Cards>
  )
}
