import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Place, Route } from './address.ts'
import { InspectorContext } from './context.ts'
import type { Controller } from './controller.ts'
import { Frame } from './frame.tsx'

/** The element with the focus, also in a shadow root. */
const focusedIn = (element: HTMLElement | null) =>
  (element?.getRootNode() as Document | ShadowRoot | undefined)?.activeElement as HTMLElement | null | undefined

/** What stands in place of an element that was removed, and rendered again since; otherwise the current tab. */
function renewed(root: HTMLElement | null, old: HTMLElement): HTMLElement | null | undefined {
  const { title, textContent } = old
  const isSame = (one: HTMLElement) => one.title === title && (title !== '' || one.textContent === textContent)
  const all = root?.querySelectorAll<HTMLElement>(old.localName) ?? []
  return [...all].find(isSame) ?? root?.querySelector<HTMLElement>('[aria-current]')
}

/** The whole inspector. */
export function App({ controller, place }: { controller: Controller; place: Place }) {
  const { store } = controller
  const root = useRef<HTMLDivElement>(null)
  const opener = useRef<HTMLElement | null>(null)
  /** Whether the focus goes back to the opener once it is rendered again. */
  const isReturning = useRef(false)
  const [route, setRoute] = useState<Route>(() => place.read().route)
  const latest = useRef(route)
  const isEmbedded = place.href === undefined

  const inspector = useMemo(() => {
    const show = (next: Route, isNew: boolean) => {
      place.write(next, store.world, isNew)
      latest.current = next
      setRoute(next)
    }
    const go = (next: Route) => {
      if (latest.current.id === undefined) opener.current = focusedIn(root.current) ?? null
      show(next, true)
    }
    const close = () => {
      const { id, part, ...rest } = latest.current
      if (id === undefined) return
      show(rest.view === 'time' ? { ...rest, resource: undefined } : rest, true)
      if (opener.current?.isConnected) opener.current.focus()
      else isReturning.current = opener.current !== null
    }
    const amend = (parts: Partial<Route>) => show({ ...latest.current, ...parts }, false)
    return { controller, isEmbedded, go, close, amend, href: (next: Route) => place.href?.(next, store.world) }
  }, [controller, place])

  useEffect(() => {
    if (isReturning.current && opener.current) renewed(root.current, opener.current)?.focus()
    isReturning.current = false
  }, [route])

  useEffect(() => {
    store.world = controller.client.world = place.read().world
    void controller.start()
    return () => controller.stop()
  }, [controller])
  useEffect(() => {
    const stopListening = place.on(() => {
      const { route, world } = place.read()
      latest.current = route
      setRoute(route)
      if (world !== store.world) void controller.selectWorld(world)
    })
    const stopWatching = store.onChange(() => {
      if (store.world !== place.read().world) place.write(latest.current, store.world, false)
    })
    return () => {
      stopListening()
      stopWatching()
    }
  }, [controller, place])
  // Escape closes the pane; a further one reaches what the inspector is in.
  useEffect(() => {
    const target = isEmbedded ? root.current : document
    const keydown = (event: Event) => {
      const { key } = event as KeyboardEvent
      const [origin] = event.composedPath()
      const clears = origin instanceof HTMLInputElement && origin.type === 'search' && origin.value !== ''
      if (key !== 'Escape' || event.defaultPrevented || clears || latest.current.id === undefined) return
      event.preventDefault()
      inspector.close()
    }
    target?.addEventListener('keydown', keydown)
    return () => target?.removeEventListener('keydown', keydown)
  }, [inspector])
  return (
    <InspectorContext.Provider value={{ ...inspector, route }}>
      <Frame root={root} />
    </InspectorContext.Provider>
  )
}
