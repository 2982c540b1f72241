import { useMemo } from 'preact/hooks'
import type { Api } from './api.ts'
import { useApi, useInspector, useStore } from './context.ts'
import { formatCount } from './format-count.ts'
import { StateMark } from './marks.tsx'
import { Link } from './parts.tsx'
import type { Row } from './rows.ts'
import type { Store } from './store.ts'

/** How many records of a kind are listed. */
const most = 12

/** The records that a record refers to, and those that refer to it. */
export function Related({ resource, row }: { resource: string; row: Row }) {
  const { route } = useInspector()
  const store = useStore()
  const api = useApi()
  const version = api.tables.map((table) => store.version(table.resource)).join()
  const groups = useMemo(() => relatedTo(api, store.rows, resource, row), [api, version, resource, row])
  if (groups.length === 0) return null
  return (
    <section>
      <h3>Belongs together</h3>
      <dl class="facts">
        {groups.map(({ name, title, rows, count, filter }) => (
          <div key={`${name} ${title}`}>
            <dt>{title}</dt>
            <dd>
              {rows.map((one) => (
                <p key={one.id}>
                  <Link to={{ ...route, resource: name, id: String(one.id) }} title={String(one.id)}>
                    {shortened(api.labelOf(name, one, store.rows), one.id)}
                  </Link>{' '}
                  {'state' in one && <StateMark resource={name} state={String(one.state)} />}
                </p>
              ))}
              {count > rows.length && (
                <Link to={{ view: 'records', resource: name, filter }}>all {formatCount(count)}</Link>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

/** A label with the beginning of an ID that it has for lack of a name. */
const shortened = (label: string, id: Row['id']) => label.replace(String(id), String(id).slice(0, 8))

function relatedTo(api: Api, rowsOf: Store['rows'], resource: string, row: Row) {
  const to = api.referencesOf(resource, row, rowsOf).map(({ name, resource: kind, target }) => {
    return { name: kind, title: name.replaceAll('_', ' '), rows: [target], count: 1, filter: '' }
  })
  const from = api.tables.flatMap(({ resource: name, title }) => {
    const attributes = api.resource(name)?.attributes.filter((attribute) => attribute.to === resource) ?? []
    if (attributes.length === 0) return []
    const found = Array.from(rowsOf(name).values()).filter((one) =>
      attributes.some((attribute) => one[attribute.name] === row.id),
    )
    const filter = `${attributes[0]?.name}:${row.id}`
    return found.length > 0 ? [{ name, title, rows: found.slice(-most).reverse(), count: found.length, filter }] : []
  })
  return [...to, ...from]
}
