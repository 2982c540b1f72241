import type { ComponentChildren } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { TabStore } from './tab-store.ts'

const sides = { bottom: 'Move to the right', right: 'Move to the bottom' } as const
type Side = keyof typeof sides

/** The size of the panel, as a percentage of the window. */
const sizes = { least: 20, most: 92, usual: 62, step: 4 }

/** A button in the corner of a page, and the panel that it opens, which is resized at its edge. The content is rendered while it is open. */
export function Corner(props: { open: boolean; kept: TabStore; children: () => ComponentChildren }) {
  const { kept } = props
  const before = kept.read()
  const [isOpen, setOpen] = useState(typeof before.open === 'boolean' ? before.open : props.open)
  const [side, setSide] = useState<Side>(before.side === 'right' ? 'right' : 'bottom')
  const [size, setSize] = useState(typeof before.size === 'number' ? bounded(before.size) : sizes.usual)
  useEffect(() => kept.write({ open: isOpen, side, size }), [isOpen, side, size])
  const button = useRef<HTMLButtonElement>(null)
  const panel = useRef<HTMLElement>(null)
  const wasOpen = useRef(false)
  useEffect(() => {
    if (isOpen) panel.current?.focus()
    else if (wasOpen.current) button.current?.focus()
    wasOpen.current = isOpen
  }, [isOpen])
  const content = useMemo(() => (isOpen ? props.children() : null), [isOpen])
  return (
    <>
      {isOpen && side === 'bottom' && <div class="spacer" style={{ height: `${size}dvh` }} />}
      <div class="corner" data-open={isOpen} data-side={side} style={{ '--size': size }}>
        {isOpen && (
          <section
            class="panel"
            role="dialog"
            aria-label="ricloud-mock inspector"
            tabIndex={-1}
            ref={panel}
            onKeyDown={(event) => {
              // In a search field Escape clears the text.
              const clears = event.target instanceof HTMLInputElement && event.target.value !== ''
              if (event.key === 'Escape' && !event.defaultPrevented && !clears) setOpen(false)
            }}
          >
            <Edge side={side} size={size} resize={(to) => setSize(bounded(to))} />
            {content}
          </section>
        )}
        <div class="corner-buttons">
          {isOpen && (
            <button type="button" class="corner-button" onClick={() => setSide(side === 'bottom' ? 'right' : 'bottom')}>
              {sides[side]}
            </button>
          )}
          <button
            type="button"
            class="corner-button"
            ref={button}
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            <i aria-hidden="true" />
            {isOpen ? 'Close the inspector' : 'ricloud-mock'}
          </button>
        </div>
      </div>
    </>
  )
}

const bounded = (size: number) => Math.round(Math.min(sizes.most, Math.max(sizes.least, size)))

/** The edge of the panel, which is dragged, or moved by arrow keys. */
function Edge({ side, size, resize }: { side: Side; size: number; resize: (size: number) => void }) {
  const isBottom = side === 'bottom'
  const onPointerDown = (event: PointerEvent) => {
    const edge = event.currentTarget as HTMLElement
    edge.setPointerCapture(event.pointerId)
    const move = ({ clientX, clientY }: PointerEvent) =>
      resize(100 * (1 - (isBottom ? clientY / innerHeight : clientX / innerWidth)))
    edge.addEventListener('pointermove', move)
    edge.addEventListener('lostpointercapture', () => edge.removeEventListener('pointermove', move), { once: true })
    event.preventDefault()
  }
  const onKeyDown = ({ key }: KeyboardEvent) => {
    if (key === (isBottom ? 'ArrowUp' : 'ArrowLeft')) resize(size + sizes.step)
    if (key === (isBottom ? 'ArrowDown' : 'ArrowRight')) resize(size - sizes.step)
  }
  return (
    <div
      role="separator"
      class="panel-edge"
      tabIndex={0}
      aria-orientation={isBottom ? 'horizontal' : 'vertical'}
      aria-label="Size of the inspector"
      aria-valuenow={size}
      aria-valuemin={sizes.least}
      aria-valuemax={sizes.most}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    />
  )
}
