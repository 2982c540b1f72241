import { createContext } from 'preact'
import { useContext, useEffect, useLayoutEffect, useReducer, useRef, useState } from 'preact/hooks'
import type { Api } from './api.ts'
import type { Controller } from './controller.ts'

/** What is looked at. */
export interface Route {
  readonly view: 'time' | 'records' | 'requests' | 'scenario' | 'worlds'
  readonly resource?: string | undefined
  readonly id?: string | undefined
}

/** What every part of the page may use. */
export interface Inspector {
  readonly controller: Controller
  /** Whether it is part of a page, which has landmarks of its own. */
  readonly isEmbedded: boolean
  readonly route: Route
  readonly go: (route: Route) => void
}

export const InspectorContext = createContext<Inspector | null>(null)

export function useInspector(): Inspector {
  const inspector = useContext(InspectorContext)
  if (!inspector) throw new Error('The inspector is not there.')
  return inspector
}

/** The API of the mock; views are shown once it is loaded. */
export function useApi(): Api {
  const { api } = useInspector().controller.store
  if (!api) throw new Error('The API is not loaded.')
  return api
}

/** Renders again whenever the store has changed. */
export function useStore() {
  const { store } = useInspector().controller
  const [, render] = useReducer<number, void>((count) => count + 1, 0)
  useEffect(() => store.onChange(() => render()), [store])
  return store
}

/** Virtual time, which moves by itself where the clock runs. */
export function useNow(milliseconds = 250): number {
  const { store } = useInspector().controller
  const [, render] = useReducer<number, void>((count) => count + 1, 0)
  const runs = store.clock !== null && !store.clock.frozen
  useEffect(() => store.onChange(() => render()), [store])
  useEffect(() => {
    if (!runs) return
    const timer = setInterval(() => render(), milliseconds)
    return () => clearInterval(timer)
  }, [runs, milliseconds])
  return store.now()
}

/** The size of an element, and how far it is scrolled. */
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

/** Which rows of equal height are seen, and a few more. */
export function visible(top: number, height: number, rowHeight: number, count: number): readonly number[] {
  const first = Math.max(0, Math.floor(top / rowHeight) - 4)
  const last = Math.min(count, Math.ceil((top + height) / rowHeight) + 4)
  return Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i)
}
