// Components that several views use.
import type { ComponentChildren } from 'preact'
import type { Route } from './address.ts'
import { useInspector } from './context.ts'
import type { Row } from './rows.ts'

/** Stands in for an empty list: why it is empty, and what to do. */
export const Empty = ({ title, children }: { title: string; children?: ComponentChildren }) => (
  <div class="empty">
    <p class="empty-title">{title}</p>
    {children && <p>{children}</p>}
  </div>
)

/** Indented JSON with colours; it can be scrolled by keyboard. */
export function Json({ value, label }: { value: unknown; label: string }) {
  const text = JSON.stringify(value, null, 2) ?? 'null'
  const parts = text.split(/("(?:[^"\\]|\\.)*"?(?:\s*:)?|\b(?:true|false|null)\b|-?\b\d+(?:\.\d+)?\b)/g)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="json" tabIndex={0} aria-label={label}>
      <pre>
        <code>{parts.map((part, i) => (i % 2 === 0 ? part : <span class={kindOf(part)}>{part}</span>))}</code>
      </pre>
    </section>
  )
}

function kindOf(part: string): string {
  if (part.endsWith(':')) return 'json-name'
  if (part === '"[redacted]"') return 'json-hidden'
  return part.startsWith('"') ? 'json-text' : 'json-value'
}

/** Text with `code` in it. */
export const Prose = ({ children }: { children: string }) => (
  <>{children.split('`').map((part, i) => (i % 2 === 0 ? part : <code key={i}>{part}</code>))}</>
)

/** A pane beside a list, or over it on narrow screens. */
export function Pane(props: { label: string; title: ComponentChildren; children: ComponentChildren }) {
  const { close } = useInspector()
  return (
    <aside class="pane" aria-label={props.label}>
      <header class="pane-head">
        <h2>{props.title}</h2>
        <button type="button" class="button" data-kind="quiet" aria-label="Close the details" onClick={close}>
          <span aria-hidden="true">✕</span>
        </button>
      </header>
      <div class="pane-body">{props.children}</div>
    </aside>
  )
}

/** Names and values; those that are empty are left out. */
export const Facts = ({ facts }: { facts: readonly (readonly [string, ComponentChildren])[] }) => (
  <dl class="facts">
    {facts.map(
      ([name, value]) =>
        value !== null &&
        value !== undefined &&
        value !== false &&
        value !== '' && (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
    )}
  </dl>
)

/** The parts of a pane, one of which is shown. */
export function Parts({ names, chosen }: { names: readonly string[]; chosen: string }) {
  const { amend } = useInspector()
  return (
    <nav class="buttons parts" aria-label="Parts">
      {names.map((name) => (
        <button
          key={name}
          type="button"
          class="button"
          aria-current={name === chosen ? 'true' : undefined}
          onClick={() => amend({ part: name === names[0] ? undefined : name })}
        >
          {name.charAt(0).toUpperCase() + name.slice(1)}
        </button>
      ))}
    </nav>
  )
}

/** A link to another route: an address where the page is the inspector's own. */
export function Link({ to, title, children }: { to: Route; title?: string; children: ComponentChildren }) {
  const { go, href } = useInspector()
  const address = href(to)
  const follow = (event: MouseEvent) => {
    event.stopPropagation()
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    go(to)
  }
  return address === undefined ? (
    <button type="button" class="link" title={title} onClick={follow}>
      {children}
    </button>
  ) : (
    <a class="link" href={address} title={title} onClick={follow}>
      {children}
    </a>
  )
}

/** A link to a record, whatever the view. */
export const RecordLink = (props: { resource: string; id: Row['id']; children: ComponentChildren }) => (
  <Link to={{ view: 'records', resource: props.resource, id: String(props.id) }}>{props.children}</Link>
)
