import { useState } from 'preact/hooks'
import type { WorldView } from '../control/worlds.ts'
import { useInspector, useStore } from './context.ts'
import { formatStamp } from './instant.ts'
import { AsyncButton, Copy, ScenarioOptions } from './parts.tsx'

/** Lists, creates and deletes worlds. */
export function Worlds() {
  const { controller } = useInspector()
  const store = useStore()
  const { worlds, scenarios, world: chosen } = store
  const [name, setName] = useState('default')
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
    <div class="cards">
      <section class="card" aria-labelledby="worlds-title">
        <h2 id="worlds-title">
          Worlds <span class="count">{worlds.length + 1}</span>
        </h2>
        <p class="lead">
          Each is a ricloud of its own: records, clock, scenario. The token of a call decides which one it reaches.
        </p>
        <ul class="worlds">
          <li data-chosen={chosen === null}>
            <span class="world-name">first world</span>
            <span class="hint">reached by the token that was printed at the start</span>
            <button
              type="button"
              class="button"
              aria-pressed={chosen === null}
              onClick={() => void controller.selectWorld(null)}
            >
              {chosen === null ? 'Shown' : 'Show'}
            </button>
          </li>
          {worlds.map(({ id, scenario, seed, now }) => (
            <li key={id} data-chosen={chosen === id}>
              <span class="world-name">{id}</span>
              <span class="hint">
                {scenario}, seed {seed}, {formatStamp(now)}
              </span>
              <span class="buttons">
                <button
                  type="button"
                  class="button"
                  aria-pressed={chosen === id}
                  onClick={() => void controller.selectWorld(id)}
                >
                  {chosen === id ? 'Shown' : 'Show'}
                </button>
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
          <label>
            Scenario
            <select class="input" value={name} onChange={(event) => setName(event.currentTarget.value)}>
              <ScenarioOptions scenarios={scenarios} />
            </select>
          </label>
          <AsyncButton tone="primary" work={create}>
            Make a world
          </AsyncButton>
        </div>
      </section>
    </div>
  )
}
