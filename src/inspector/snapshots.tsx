import { useEffect, useState } from 'preact/hooks'
import type { RecordChange, SnapshotDiff, SnapshotView } from '../control/snapshots.ts'
import { singularOf } from './api.ts'
import { AsyncButton, Select } from './buttons.tsx'
import { useApi, useInspector, useStore } from './context.ts'
import { Cards, Count, useFilter } from './filter-field.tsx'
import { formatCount } from './format-count.ts'
import { formatDistance, formatMoment, formatStamp, parseInstant } from './instant.ts'
import { Mark } from './marks.tsx'
import { Empty, Link, Pane } from './parts.tsx'
import { takenBefore } from './undo.ts'

/** The present state, as the control API calls it. */
const present = 'now'

/** States of the world that it can go back to, and what differs between them. */
export function Snapshots() {
  const { route } = useInspector()
  const { snapshots } = useStore()
  const newest = useFilter()(snapshots.toReversed())
  return (
    <div class="split" data-open={route.id !== undefined}>
      <Cards label="Snapshots" example="before, two-factor">
        <section class="card" aria-labelledby="snapshots-title">
          <h2 id="snapshots-title">
            Snapshots <Count shown={newest.length} all={snapshots.length} />
          </h2>
          <p class="lead">
            Records, objects, clock, due work, scenario and faults. One is taken before each change that is made from
            this page; the last twenty of those are kept.
          </p>
          <SaveForm />
          {snapshots.length === 0 && (
            <Empty title="There is none yet">Save the present state, or move the clock.</Empty>
          )}
          <ul class="steps">
            {newest.map((one) => (
              <Snapshot key={one.name} snapshot={one} />
            ))}
          </ul>
        </section>
      </Cards>
      {route.id !== undefined && <Comparison key={route.id} from={route.id} />}
    </div>
  )
}

function SaveForm() {
  const { controller } = useInspector()
  const { connection } = useStore()
  const [name, setName] = useState('')
  const save = async (event: Event) => {
    event.preventDefault()
    const isSaved = await controller.attempt(async () => {
      await controller.client.call('POST', '/snapshots', { name })
      controller.refresh('snapshots')
    }, `${name} is saved.`)
    if (isSaved) setName('')
  }
  return (
    <form class="form form-row" onSubmit={save} aria-label="Save the present state">
      <label class="grows">
        Name
        <input
          class="input"
          required
          maxLength={64}
          placeholder="before-the-deploy"
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button" data-tone="primary" disabled={connection !== 'live'}>
        Save the present state
      </button>
    </form>
  )
}

function Snapshot({ snapshot: { name, at, scenario } }: { snapshot: SnapshotView }) {
  const { controller, go, route } = useInspector()
  const before = takenBefore(name)
  const remove = () =>
    controller.attempt(async () => {
      await controller.client.call('DELETE', `/snapshots/${encodeURIComponent(name)}`)
      controller.refresh('snapshots')
    }, `${name} is deleted.`)
  return (
    <li data-chosen={route.id === name}>
      <span class="world-name wrap" title={name}>
        {before === undefined ? name : `before “${before}”`}
      </span>
      <span class="hint number wrap">
        {scenario}, {formatStamp(at)}
      </span>
      <span class="buttons">
        <button
          type="button"
          class="button"
          aria-pressed={route.id === name}
          onClick={() => go({ view: 'snapshots', id: name })}
        >
          Compare
        </button>
        <AsyncButton work={() => controller.restore(name)}>Restore</AsyncButton>
        <AsyncButton tone="danger" work={remove}>
          Delete
        </AsyncButton>
      </span>
    </li>
  )
}

/** What differs between two snapshots, the present by default. */
function Comparison({ from }: { from: string }) {
  const { controller, route, amend } = useInspector()
  const { snapshots, clock } = useStore()
  const [diff, setDiff] = useState<SnapshotDiff | null>(null)
  const to = snapshots.some(({ name }) => name === route.part) ? (route.part as string) : present
  const isKnown = snapshots.some(({ name }) => name === from)
  useEffect(() => {
    if (!isKnown) return
    const path = `/snapshots/${encodeURIComponent(from)}/diff/${encodeURIComponent(to)}`
    void controller.attempt(async () => setDiff(await controller.client.call<SnapshotDiff>('GET', path)))
  }, [controller, from, to, isKnown, clock])
  return (
    <Pane
      label={`Comparison of ${from}`}
      title={`${takenBefore(from) ? `Before “${takenBefore(from)}”` : from} → ${to}`}
    >
      <div class="form">
        <Select
          label="Compared with"
          value={to}
          choose={(name) => amend({ part: name === present ? undefined : name })}
        >
          <option value={present}>the present</option>
          {snapshots
            .filter(({ name }) => name !== from)
            .map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
        </Select>
      </div>
      {!isKnown && <p class="hint">There is no such snapshot any more.</p>}
      {isKnown && diff && <Difference diff={diff} />}
    </Pane>
  )
}

const tones = { created: 'good', changed: 'wait', deleted: 'bad' } as const
const most = 200

function Difference({ diff: { clock, scenario, upcoming, records } }: { diff: SnapshotDiff }) {
  const [before, after] = clock.map(parseInstant) as [number, number]
  return (
    <>
      <dl class="facts">
        <div>
          <dt>Clock</dt>
          <dd>
            {formatMoment(before)} → {formatMoment(after)}
            <span class="hint"> {formatDistance(after, before)}</span>
          </dd>
        </div>
        {scenario[0] !== scenario[1] && (
          <div>
            <dt>Scenario</dt>
            <dd>{scenario.join(' → ')}</dd>
          </div>
        )}
        {upcoming[0] !== upcoming[1] && (
          <div>
            <dt>Due work</dt>
            <dd>{upcoming.join(' → ')}</dd>
          </div>
        )}
      </dl>
      <section>
        <h3>
          Records <span class="count">{formatCount(records.length)}</span>
        </h3>
        {records.length === 0 && <p class="hint">They are the same.</p>}
        <ol class="changes">
          {records.slice(0, most).map((change) => (
            <Change key={`${change.resource} ${change.id}`} change={change} />
          ))}
        </ol>
        {records.length > most && <p class="hint">and {formatCount(records.length - most)} more</p>}
      </section>
    </>
  )
}

function Change({ change: { resource, id, change, fields } }: { change: RecordChange }) {
  const api = useApi()
  const { rows } = useStore()
  const row = rows(resource).get(id)
  const name = row ? api.labelOf(resource, row, rows) : String(id).slice(0, 8)
  const entries = change === 'changed' ? Object.entries(fields) : []
  return (
    <li>
      <Mark tone={tones[change]}>{change}</Mark>{' '}
      <Link to={{ view: 'records', resource, id: String(id) }} title={String(id)}>
        {singularOf(resource)} {name}
      </Link>
      {entries.map(([field, [old, next]]) => (
        <p key={field} class="hint wrap">
          {field}: <del>{textOf(old)}</del> → <ins>{textOf(next)}</ins>
        </p>
      ))}
    </li>
  )
}

const textOf = (value: unknown) => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null')
  return text.length > 120 ? `${text.slice(0, 120)}…` : text
}
