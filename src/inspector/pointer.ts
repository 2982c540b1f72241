import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { panned, type Span, zoomed } from './scale.ts'

/** Dragging pans, two fingers or the wheel with Ctrl zoom, the wheel sideways or with Shift pans. */
export function usePointer(
  ref: RefObject<HTMLElement | null>,
  labels: number,
  plot: number,
  span: Span,
  showSpan: (span: Span) => void,
): void {
  const latest = useRef({ labels, plot, span, showSpan })
  latest.current = { labels, plot, span, showSpan }
  useEffect(() => {
    const element = ref.current
    if (!element) return
    const pointers = new Map<number, number>()
    let hasMoved = false
    const shareAt = (x: number) => {
      const { labels, plot } = latest.current
      return (x - element.getBoundingClientRect().left - labels) / plot
    }
    const wheel = (event: WheelEvent) => {
      const { showSpan, span, plot } = latest.current
      const sideways = event.shiftKey ? event.deltaY : event.deltaX
      if (event.ctrlKey || event.metaKey) showSpan(zoomed(span, Math.exp(event.deltaY / 300), shareAt(event.clientX)))
      else if (Math.abs(sideways) > (event.shiftKey ? 0 : Math.abs(event.deltaY)))
        showSpan(panned(span, sideways / plot))
      else return
      event.preventDefault()
    }
    const down = (event: PointerEvent) => {
      if (event.button !== 0 || shareAt(event.clientX) < 0) return
      pointers.set(event.pointerId, event.clientX)
      hasMoved = false
    }
    const move = (event: PointerEvent) => {
      const before = pointers.get(event.pointerId)
      if (before === undefined) return
      const { showSpan, span, plot } = latest.current
      const by = event.clientX - before
      if (!hasMoved && Math.abs(by) < 4) return
      if (!hasMoved) element.setPointerCapture(event.pointerId)
      hasMoved = true
      const [other] = Array.from(pointers).filter(([id]) => id !== event.pointerId)
      if (other) {
        const [old, next] = [Math.abs(before - other[1]), Math.abs(event.clientX - other[1])]
        if (old > 8 && next > 8) showSpan(zoomed(span, old / next, shareAt((event.clientX + other[1]) / 2)))
      } else {
        showSpan(panned(span, -by / plot))
      }
      pointers.set(event.pointerId, event.clientX)
    }
    const up = (event: PointerEvent) => void pointers.delete(event.pointerId)
    // The click that follows a drag opens nothing.
    const click = (event: MouseEvent) => {
      if (hasMoved) event.stopPropagation()
      hasMoved = false
    }
    const listening: readonly [string, (event: never) => void, AddEventListenerOptions?][] = [
      ['wheel', wheel, { passive: false }],
      ['pointerdown', down],
      ['pointermove', move],
      ['pointerup', up],
      ['pointercancel', up],
      ['click', click, { capture: true }],
    ]
    for (const [name, listener, options] of listening)
      element.addEventListener(name, listener as EventListener, options)
    return () => {
      for (const [name, listener, options] of listening) {
        element.removeEventListener(name, listener as EventListener, options)
      }
    }
  }, [])
}
