import { useState } from 'preact/hooks'

/** How many items of an object are shown at first, and with each further click. */
const page = 50

/** JSON whose objects and arrays can be unfolded; the first two levels are. */
export const Tree = ({ value, label }: { value: unknown; label: string }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
  <section class="json tree" tabIndex={0} aria-label={label}>
    <Node name={null} value={value} depth={0} />
  </section>
)

function Node({ name, value, depth }: { name: string | null; value: unknown; depth: number }) {
  const [isOpen, setOpen] = useState(depth < 2)
  const [shown, show] = useState(page)
  const title = name === null ? null : <span class="json-name">{name}: </span>
  if (typeof value !== 'object' || value === null) {
    const kind = typeof value === 'string' ? 'json-text' : 'json-value'
    return (
      <div class="tree-leaf">
        {title}
        <span class={kind}>{JSON.stringify(value) ?? 'null'}</span>
      </div>
    )
  }
  const entries = Object.entries(value)
  const kind = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {title}
        <span class="count">{kind}</span>
      </summary>
      {isOpen &&
        entries.slice(0, shown).map(([key, one]) => <Node key={key} name={key} value={one} depth={depth + 1} />)}
      {isOpen && entries.length > shown && (
        <button type="button" class="link" onClick={() => show(shown + page)}>
          {entries.length - shown} more
        </button>
      )}
    </details>
  )
}
