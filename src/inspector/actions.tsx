import { useState } from 'preact/hooks'
import { useInspector } from './context.ts'
import { Do } from './parts.tsx'
import type { Row } from './rows.ts'

/** What may be said about an action: one detail, with its usual value first. */
const details: Partial<Record<string, { readonly name: string; readonly values: readonly string[] }>> = {
  'session.fail': {
    name: 'error',
    values: ['init_failed', 'code-required', 'code-invalid', 'credentials-invalid', 'source-locked'],
  },
  'session.expire': { name: 'error', values: ['service', 'api', 'organisation', 'admin'] },
  'key.rotate': { name: 'force', values: ['false', 'true'] },
  'source.lock': { name: 'for', values: ['good', '10m', '1h', '24h'] },
}

const dangers = /\.(?:fail|expire|block|deactivate|reject|lock)$/

/** The actions that the state of a record allows. */
export function Actions({ resource, row, names }: { resource: string; row: Row; names: readonly string[] }) {
  if (names.length === 0) return <p class="hint">Nothing can be done to it in this state.</p>
  return (
    <section>
      <h3 class="visually-hidden">Actions</h3>
      <div class="actions">
        {names.map((name) => (
          <Action key={name} name={name} resource={resource} row={row} />
        ))}
      </div>
    </section>
  )
}

function Action({ name, resource, row }: { name: string; resource: string; row: Row }) {
  const { session } = useInspector()
  const detail = details[name]
  const [value, setValue] = useState(detail?.values[0] ?? '')
  const act = () =>
    session.attempt(async () => {
      const said =
        detail && value !== 'good' ? { with: { [detail.name]: value === 'true' || (value !== 'false' && value) } } : {}
      await session.client.call('POST', '/actions', { do: name, where: whereOf(resource, row), ...said })
      session.refresh('state')
    }, `${name} is done.`)
  const verb = (name.split('.')[1] ?? name).replace('_', ' ')
  return (
    <span class="action">
      <Do work={act} {...(dangers.test(name) && { tone: 'danger' as const })} title={name}>
        {verb}
      </Do>
      {detail && (
        <select
          class="input"
          aria-label={`${detail.name} for ${verb}`}
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
        >
          {detail.values.map((one) => (
            <option key={one} value={one}>
              {labelOf(detail.name, one)}
            </option>
          ))}
        </select>
      )}
    </span>
  )
}

/** Both kinds of config have the same actions, and may have the same ID. */
const whereOf = (resource: string, { id, url }: Row) => (resource.endsWith('_config') ? { id, url } : { id })

function labelOf(name: string, value: string): string {
  if (name === 'force') return value === 'true' ? 'by force' : 'with grace'
  if (name === 'for') return `for ${value}`
  return value
}
