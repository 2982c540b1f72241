import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { ClockBar } from './clock-bar.tsx'
import { InspectorContext, type Route, useInspector, useStore } from './context.ts'
import type { Controller } from './controller.ts'
import { Empty } from './parts.tsx'
import { Records } from './records.tsx'
import { Requests } from './requests.tsx'
import { Scenario } from './scenario.tsx'
import { TimeLine } from './time-line.tsx'
import { TokenForm } from './token-form.tsx'
import { Worlds } from './worlds.tsx'

const views = [
  { view: 'time', title: 'Time line', View: TimeLine },
  { view: 'records', title: 'Records', View: Records },
  { view: 'requests', title: 'Requests', View: Requests },
  { view: 'scenario', title: 'Scenario', View: Scenario },
  { view: 'worlds', title: 'Worlds', View: Worlds },
] as const

/** Keeps the route in the URL, so that a reload shows the same. */
export interface Place {
  read(): Route
  write(route: Route): void
  /** Calls back when the browser goes back or forward. */
  on(changed: () => void): () => void
}

/** `#/records/resource/1` as a route; the time line for an unknown view. */
export function routeOf(hash: string): Route {
  const [view, one, other] = hash
    .replace(/^#?\/?/, '')
    .split('/')
    .map(decodeURIComponent)
  const known = views.find((row) => row.view === view)?.view ?? 'time'
  return known === 'records' ? { view: known, resource: one, id: other } : { view: known, id: one }
}

/** The hash of the URL of a route. */
export const hashOf = ({ view, resource, id }: Route) =>
  `#/${[view, resource, id]
    .filter((part) => part !== undefined)
    .map(encodeURIComponent)
    .join('/')}`

/** The whole inspector. */
export function App({ controller, place }: { controller: Controller; place?: Place }) {
  const [route, setRoute] = useState<Route>(() => place?.read() ?? { view: 'time' })
  useEffect(() => place?.on(() => setRoute(place.read())), [place])
  useEffect(() => {
    void controller.start()
    return () => controller.stop()
  }, [controller])
  const inspector = useMemo(
    () => ({
      controller,
      isEmbedded: place === undefined,
      route,
      go: (next: Route) => {
        place?.write(next)
        setRoute(next)
      },
    }),
    [controller, route, place],
  )
  return (
    <InspectorContext.Provider value={inspector}>
      <Frame />
    </InspectorContext.Provider>
  )
}

function Frame() {
  const { controller, isEmbedded, route, go } = useInspector()
  const store = useStore()
  const main = useRef<HTMLElement>(null)
  const { connection, notice, report, worlds, world } = store
  const { View, title } = views.find(({ view }) => view === route.view) ?? views[0]
  // A page in which it is mounted has a `main` of its own.
  const Main = (isEmbedded ? 'section' : 'main') as 'main'
  if (connection === 'locked') return <TokenForm />
  const isLoaded = report !== null && store.clock !== null && store.api !== null
  return (
    <div class="app" data-connection={connection}>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <header class="top">
        <div class="brand">
          <h1>ricloud-mock</h1>
          {report && (
            <button
              type="button"
              class="brand-scenario"
              title={report.description}
              onClick={() => go({ view: 'scenario' })}
            >
              {report.scenario}
            </button>
          )}
        </div>
        <nav class="tabs" aria-label="Views">
          {views.map((one) => (
            <button
              key={one.view}
              type="button"
              aria-current={one.view === route.view ? 'page' : undefined}
              onClick={() => go({ view: one.view })}
            >
              {one.title}
            </button>
          ))}
        </nav>
        <div class="top-end">
          {(worlds.length > 0 || world !== null) && (
            <select
              class="input"
              aria-label="World"
              value={world ?? ''}
              onChange={(event) => void controller.selectWorld(event.currentTarget.value || null)}
            >
              <option value="">first world</option>
              {worlds.map(({ id, scenario }) => (
                <option key={id} value={id}>
                  {id} · {scenario}
                </option>
              ))}
            </select>
          )}
          <span class="connection" data-connection={connection} role="status">
            <i aria-hidden="true" />
            {connection === 'live' ? 'live' : connection === 'lost' ? 'connection lost, trying again' : 'connecting'}
          </span>
        </div>
      </header>
      <ClockBar />
      <Main class="main" ref={main} tabIndex={-1} aria-label={`${title} view`}>
        {isLoaded ? <View /> : <Empty title={connection === 'lost' ? 'The mock does not answer' : 'Loading …'} />}
      </Main>
      <div class="notices" role="status">
        {notice && (
          <p class="notice" data-error={notice.isError}>
            <span>{notice.text}</span>
            <button
              type="button"
              class="button"
              data-kind="quiet"
              aria-label="Dismiss"
              onClick={() => controller.dismiss()}
            >
              <span aria-hidden="true">✕</span>
            </button>
          </p>
        )}
      </div>
    </div>
  )
}
