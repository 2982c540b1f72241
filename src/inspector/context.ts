import { createContext } from 'preact'
import { useContext, useEffect, useLayoutEffect, useReducer, useRef, useState } from 'preact/hooks'
import type { Route } from './address.ts'
import type { Api } from './api.ts'
import type { Controller } from './controller.ts'

/** What every component can use. */
export interface Inspector {
  readonly controller: Controller
  /** Whether it is mounted in a page, which has landmarks of its own. */
  readonly isEmbedded: boolean
  readonly route: Route
  /** Shows another route; going back returns to the present one. */
  readonly go: (route: Route) => void
  /** Changes parts of the route. */
  readonly amend: (parts: Partial<Route>) => void
  /** Closes the pane; the focus returns to where it was opened. */
  readonly close: () => void
  /** The address of a route; undefined where the page has another one. */
  readonly href: (route: Route) => string | undefined
}

export const InspectorContext = createContext<Inspector | null>(null)

export function useInspector(): Inspector {
  const inspector = useContext(InspectorContext)
  if (!inspector) throw new Error('This component is used outside the inspector.')
  return inspector
}

/** The API of the mock; views are shown once it is loaded. */
export function useApi(): Api {
  const { api } = useInspector().controller.store
  if (!api) throw new Error('The API is not loaded.')
  return api
}

/** The store; the component is rendered again with each change. */
export function useStore() {
  const { store } = useInspector().controller
  const [, render] = useReducer<number, void>((count) => count + 1, 0)
  useEffect(() => store.onChange(() => render()), [store])
  return store
}

/** Virtual time; the component is rendered again as it passes. */
export function useNow(milliseconds = 250): number {
  const { store } = useInspector().controller
  const [, render] = useReducer<number, void>((count) => count + 1, 0)
  const runs = store.isRunning
  useEffect(() => store.onChange(() => render()), [store])
  useEffect(() => {
    if (!runs) return
    const timer = setInterval(() => render(), milliseconds)
    return () => clearInterval(timer)
  }, [runs, milliseconds])
  return store.now()
}

/** The size and scroll position of an element. */
export function useViewport<E extends HTMLElement>() {
  const ref = useRef<E>(null)
  const [size, resize] = useState({ width: 0, height: 0 })
  const [top, scroll] = useState(0)
  useLayoutEffect(() => {
    const element = ref.current
    if (!element) return
    const measure = () => resize({ width: element.clientWidth, height: element.clientHeight })
    const moved = () => scroll(element.scrollTop)
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    measure()
    element.addEventListener('scroll', moved, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', moved)
    }
  }, [])
  return { ref, ...size, top }
}

/** The indexes of the rows in view, all of the same height, and of a few around them. */
export function visible(top: number, height: number, rowHeight: number, count: number): readonly number[] {
  const first = Math.max(0, Math.floor(top / rowHeight) - 4)
  const last = Math.min(count, Math.ceil((top + height) / rowHeight) + 4)
  return Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i)
}
