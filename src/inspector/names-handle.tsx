import { useInspector } from './context.ts'

const step = 16
const least = 60

/** The edge between names and bars, which is dragged, or moved by arrow keys. */
export function NamesHandle({ width, most }: { width: number; most: number }) {
  const { amend } = useInspector()
  const resize = (to: number) => amend({ names: Math.round(Math.min(most, Math.max(least, to))) })
  const onPointerDown = (event: PointerEvent) => {
    const handle = event.currentTarget as HTMLElement
    handle.setPointerCapture(event.pointerId)
    const from = event.clientX
    const move = (next: PointerEvent) => resize(width + next.clientX - from)
    handle.addEventListener('pointermove', move)
    handle.addEventListener('lostpointercapture', () => handle.removeEventListener('pointermove', move), { once: true })
    event.preventDefault()
  }
  const onKeyDown = ({ key }: KeyboardEvent) => {
    if (key === 'ArrowLeft') resize(width - step)
    if (key === 'ArrowRight') resize(width + step)
  }
  return (
    <div
      role="separator"
      class="names-handle"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label="Width of the names"
      aria-valuenow={width}
      aria-valuemin={least}
      aria-valuemax={most}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    />
  )
}
