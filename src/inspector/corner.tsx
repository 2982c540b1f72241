import type { ComponentChildren } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'

/** A button in the corner of a page, and the panel that it opens. The content is rendered while it is open. */
export function Corner({ open, children }: { open: boolean; children: () => ComponentChildren }) {
  const [isOpen, setOpen] = useState(open)
  const button = useRef<HTMLButtonElement>(null)
  const panel = useRef<HTMLElement>(null)
  const wasOpen = useRef(false)
  useEffect(() => {
    if (isOpen) panel.current?.focus()
    else if (wasOpen.current) button.current?.focus()
    wasOpen.current = isOpen
  }, [isOpen])
  const content = useMemo(() => (isOpen ? children() : null), [isOpen])
  return (
    <div class="corner" data-open={isOpen}>
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
          {content}
        </section>
      )}
      <button type="button" class="corner-button" ref={button} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <i aria-hidden="true" />
        {isOpen ? 'Close the inspector' : 'ricloud-mock'}
      </button>
    </div>
  )
}
