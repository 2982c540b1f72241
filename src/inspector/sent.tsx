import { useState } from 'preact/hooks'
import type { RecordView } from '../control/state.ts'
import { Copy } from './buttons.tsx'
import { Json } from './parts.tsx'

/** What the API sends of a record, in each dialect if they differ, and what it hides. */
export function Sent({ view: { shown, dialects, hidden, stored } }: { view: RecordView }) {
  const names = Object.keys(dialects)
  const [chosen, choose] = useState(names[0])
  const sent = dialects[chosen ?? ''] ?? shown
  const differing = names.length > 0 ? differences(Object.values(dialects)) : []
  return (
    <>
      <section>
        <div class="section-head">
          <h3>As the API sends it</h3>
          <Copy text={JSON.stringify(sent, null, 2)}>Copy JSON</Copy>
        </div>
        {names.length > 0 && (
          <div class="buttons" role="group" aria-label="Dialect">
            {names.map((name) => (
              <button
                key={name}
                type="button"
                class="button"
                aria-pressed={name === chosen}
                onClick={() => choose(name)}
              >
                {name}
              </button>
            ))}
          </div>
        )}
        {differing.length > 0 && <Differences fields={differing} dialects={dialects} />}
        <Json value={sent} label="As the API sends it" />
      </section>
      {Object.keys(stored).length > 0 && (
        <section>
          <h3>What the record holds instead</h3>
          <Json value={stored} label="What the record holds instead" />
        </section>
      )}
      <section>
        <h3>What the API hides</h3>
        {Object.keys(hidden).length > 0 ? (
          <Json value={hidden} label="What the API hides" />
        ) : (
          <p class="hint">No attribute is left out.</p>
        )}
      </section>
    </>
  )
}

/** The names of plain values that differ between objects. */
const differences = (objects: readonly Readonly<Record<string, unknown>>[]) =>
  Object.keys(objects[0] ?? {}).filter(
    (name) => typeof objects[0]?.[name] !== 'object' && objects.some((one) => one[name] !== objects[0]?.[name]),
  )

const Differences = (props: { fields: readonly string[]; dialects: RecordView['dialects'] }) => (
  <dl class="facts">
    {props.fields.map((field) => (
      <div key={field}>
        <dt>{field}</dt>
        <dd>
          {Object.entries(props.dialects).map(([name, sent]) => (
            <p key={name}>
              <code>{String(sent[field])}</code> <span class="hint">as {name}</span>
            </p>
          ))}
        </dd>
      </div>
    ))}
  </dl>
)
