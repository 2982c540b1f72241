import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { Route, ViewName } from './address.ts'
import { AsyncButton, Select } from './buttons.tsx'
import { ClockBar } from './clock-bar.tsx'
import { useInspector, useStore } from './context.ts'
import { needs } from './loads.ts'
import { Empty } from './parts.tsx'
import { Records } from './records.tsx'
import { Requests } from './requests.tsx'
import { Scenario } from './scenario.tsx'
import { Snapshots } from './snapshots.tsx'
import { TimeLine } from './time-line.tsx'
import { TokenForm } from './token-form.tsx'
import { Webhooks } from './webhooks.tsx'
import { Worlds } from './worlds.tsx'

const views: readonly { view: ViewName; title: string; View: () => preact.JSX.Element }[] = [
  { view: 'time', title: 'Time line', View: TimeLine },
  { view: 'records', title: 'Records', View: Records },
  { view: 'requests', title: 'Requests', View: Requests },
  { view: 'webhooks', title: 'Webhooks', View: Webhooks },
  { view: 'scenario', title: 'Scenario', View: Scenario },
  { view: 'snapshots', title: 'Snapshots', View: Snapshots },
  { view: 'worlds', title: 'Worlds', View: Worlds },
]

const connections = {
  connecting: 'connecting',
  live: 'live',
  lost: 'connection lost, trying again',
  locked: 'locked',
} as const

/** The views with what is around them. */
export function Frame({ root }: { root: RefObject<HTMLDivElement | null> }) {
  const { controller, isEmbedded, route, go } = useInspector()
  const store = useStore()
  const main = useRef<HTMLElement>(null)
  /** What each view showed last, so that its tab returns there. */
  const last = useRef(new Map<ViewName, Route>())
  last.current.set(route.view, route)
  const { connection, report, world } = store
  const { View, title } = views.find(({ view }) => view === route.view) ?? (views[0] as (typeof views)[number])
  useEffect(() => {
    if (!isEmbedded) document.title = `${title} · ${world ?? 'first world'} · ricloud-mock`
  }, [isEmbedded, title, world])
  useEffect(() => controller.show(route.view), [controller, route.view])
  const tabs = useRef<HTMLElement>(null)
  // Where it is narrow, the tabs are scrolled.
  useEffect(() => {
    tabs.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [route.view, connection])
  // A page in which it is mounted has a `main` of its own.
  const Main = (isEmbedded ? 'section' : 'main') as 'main'
  const isLoaded = needs[route.view].every((part) => store.loaded.has(part))
  return (
    <div class="app" data-connection={connection} ref={root}>
      {connection === 'locked' ? (
        <TokenForm />
      ) : (
        <>
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
            <nav class="tabs" aria-label="Views" ref={tabs}>
              {views.map((one) => (
                <button
                  key={one.view}
                  type="button"
                  aria-current={one.view === route.view ? 'page' : undefined}
                  onClick={() => go(last.current.get(one.view) ?? { view: one.view })}
                >
                  {one.title}
                </button>
              ))}
            </nav>
            <div class="top-end">
              <WorldChoice />
              <span class="connection" data-connection={connection} role="status">
                <i aria-hidden="true" />
                {connections[connection]}
              </span>
            </div>
          </header>
          <ClockBar />
          <Main class="main" ref={main} tabIndex={-1} aria-label={`${title} view`}>
            {isLoaded ? (
              <View key={world ?? ''} />
            ) : (
              <Empty title={connection === 'lost' ? 'The mock does not answer' : 'Loading …'} />
            )}
          </Main>
          <Notices />
        </>
      )}
    </div>
  )
}

function WorldChoice() {
  const { controller } = useInspector()
  const { worlds, world } = useStore()
  if (worlds.length === 0 && world === null) return null
  return (
    <Select isBare label="World" value={world ?? ''} choose={(id) => void controller.selectWorld(id || null)}>
      <option value="">first world</option>
      {worlds.map(({ id, scenario }) => (
        <option key={id} value={id}>
          {id} · {scenario}
        </option>
      ))}
    </Select>
  )
}

function Notices() {
  const { controller, go } = useInspector()
  const { notice } = useStore()
  const undo = notice?.undo
  return (
    <div class="notices" role="status">
      {notice && (
        <p
          class="notice"
          data-error={notice.isError}
          onPointerEnter={() => controller.holdNotice(true)}
          onPointerLeave={() => controller.holdNotice(false)}
          onFocusIn={() => controller.holdNotice(true)}
          onFocusOut={() => controller.holdNotice(false)}
        >
          <span>{notice.text}</span>
          {undo !== undefined && (
            <>
              <AsyncButton work={() => controller.restore(undo)}>Undo</AsyncButton>
              <button type="button" class="button" onClick={() => go({ view: 'snapshots', id: undo })}>
                Compare
              </button>
            </>
          )}
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
  )
}
