// Components that several views use.
import type { ComponentChildren } from 'preact'
import { useId, useState } from 'preact/hooks'
import type { Reason } from '../engine/reason.ts'
import type { Tone } from '../engine/resource.ts'
import type { Route } from './address.ts'
import { useApi, useInspector, useStore } from './context.ts'
import { type Field, fieldsOf, grammar, matches, parseFilter } from './filter.ts'
import { formatCount } from './format-count.ts'
import type { Row } from './rows.ts'

/** A coloured mark, of a shape that tells its tone without colour. */
export const Mark = ({ tone, children }: { tone: Tone; children: ComponentChildren }) => (
  <span class="mark" data-tone={tone}>
    <i aria-hidden="true" />
    {children}
  </span>
)

/** The state of a record as a mark. */
export function StateMark(props: { resource: string; state: string; children?: ComponentChildren }) {
  const { resource, state, children = state } = props
  return <Mark tone={useApi().toneOf(resource, state)}>{children}</Mark>
}

/** How a status of HTTP looks; 0 if there was no answer. */
export const toneOfStatus = (status: number): Tone =>
  status >= 500 || status < 100 ? 'bad' : status >= 400 ? 'wait' : 'good'

/** A status of HTTP as a mark. */
export function Status({ status }: { status: number }) {
  return (
    <span class="mark number" data-tone={toneOfStatus(status)}>
      <i aria-hidden="true" />
      {status || 'cut'}
    </span>
  )
}

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

/** Copies a text; also on plain http, where pages may not use the clipboard otherwise. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text)
  const field = document.createElement('textarea')
  field.value = text
  field.style.cssText = 'position:fixed;opacity:0'
  document.body.append(field)
  field.select()
  const isCopied = document.execCommand('copy')
  field.remove()
  if (!isCopied) throw new Error('The browser does not let this page copy. Select the text instead.')
}

/** Whether the mock answers; what calls it is disabled while it does not. */
export const useIsLive = () => useStore().connection === 'live'

interface SelectProps {
  readonly label: string
  /** Whether the label is only for who does not see the context. */
  readonly isBare?: boolean
  readonly value: string
  readonly choose: (value: string) => void
  readonly children: ComponentChildren
}

/** A choice, disabled while the mock does not answer. */
export function Select({ label, isBare = false, value, choose, children }: SelectProps) {
  const select = (
    <select
      class="input"
      aria-label={isBare ? label : undefined}
      value={value}
      disabled={!useIsLive()}
      onChange={(event) => choose(event.currentTarget.value)}
    >
      {children}
    </select>
  )
  return isBare ? (
    select
  ) : (
    // biome-ignore lint/a11y/noLabelWithoutControl: the select is within it
    <label>
      {label}
      {select}
    </label>
  )
}

/** Text with `code` in it. */
export const Prose = ({ children }: { children: string }) => (
  <>{children.split('`').map((part, i) => (i % 2 === 0 ? part : <code key={i}>{part}</code>))}</>
)

/** A button that copies text to the clipboard; one that asks the mock for it is disabled while that does not answer. */
export function Copy({ text, children }: { text: string | (() => Promise<string>); children: ComponentChildren }) {
  const { controller } = useInspector()
  const isLive = useIsLive()
  const copy = () => controller.attempt(async () => copyText(typeof text === 'string' ? text : await text()), 'Copied.')
  return (
    <button type="button" class="button" disabled={typeof text !== 'string' && !isLive} onClick={copy}>
      {children}
    </button>
  )
}

interface AsyncButtonProps {
  readonly work: () => Promise<unknown>
  readonly children: ComponentChildren
  readonly tone?: 'primary' | 'danger' | undefined
  readonly title?: string | undefined
  readonly disabled?: boolean | undefined
  /** A question that is asked first. */
  readonly asks?: string | undefined
  readonly pressed?: boolean | undefined
}

/** A button that ignores clicks until its work is done; it is disabled while the mock does not answer. */
export function AsyncButton({ work, children, tone, title, disabled, asks, pressed }: AsyncButtonProps) {
  const isLive = useIsLive()
  const [isBusy, setBusy] = useState(false)
  const [isAsking, setAsking] = useState(false)
  const run = async () => {
    if (isBusy) return
    setAsking(false)
    setBusy(true)
    await work()
    setBusy(false)
  }
  const button = (
    <button
      type="button"
      class="button"
      data-tone={tone}
      title={title}
      disabled={disabled || !isLive}
      aria-pressed={pressed}
      aria-busy={isBusy}
      aria-expanded={asks === undefined ? undefined : isAsking}
      onClick={asks === undefined ? run : () => setAsking(!isAsking)}
    >
      {children}
    </button>
  )
  if (asks === undefined) return button
  const keydown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !isAsking) return
    event.preventDefault()
    setAsking(false)
  }
  return (
    <span class="asking" role="group" onKeyDown={keydown}>
      {button}
      {isAsking && (
        <span class="question" role="alertdialog" aria-label={asks}>
          {asks}
          <span class="buttons">
            <button type="button" class="button" data-tone="primary" onClick={run}>
              Yes
            </button>
            <button type="button" class="button" onClick={() => setAsking(false)}>
              No
            </button>
          </span>
        </span>
      )}
    </span>
  )
}

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

/** A control call that would change what a reason tells of, with a button that makes it. */
export function Change({ change: { method, path, body } }: { change: NonNullable<Reason['change']> }) {
  const { controller } = useInspector()
  const text = `${method} ${path}${body ? ` ${JSON.stringify(body)}` : ''}`
  const work = async () => {
    await controller.client.call(method, path.replace(/^\/_mock/, ''), body)
    return 'done'
  }
  return (
    <p class="change">
      <span>To change that:</span> <code class="wrap">{text}</code>
      <AsyncButton work={() => controller.change('Change', work)}>Do it</AsyncButton>
    </p>
  )
}

/** The filter of the present view, which is kept in the address. */
export function Filter({ label, example }: { label: string; example: string }) {
  const { route, amend } = useInspector()
  const id = useId()
  return (
    <>
      <input
        type="search"
        class="input"
        placeholder={`Filter: ${example}`}
        aria-label={label}
        aria-describedby={id}
        value={route.filter ?? ''}
        onInput={(event) => amend({ filter: event.currentTarget.value || undefined })}
      />
      <span id={id} class="hint wide-only">
        {grammar}
      </span>
    </>
  )
}

/** The filter of the present view as a function that keeps the items that match it. */
export function useFilter() {
  const terms = parseFilter(useInspector().route.filter ?? '')
  return <T,>(items: readonly T[], fields: (item: T) => readonly Field[] = fieldsOf): readonly T[] =>
    terms.length === 0 ? items : items.filter((item) => matches(terms, fields(item)))
}

/** Cards with the filter of the view above them. */
export const Cards = (props: { label: string; example: string; children: ComponentChildren }) => (
  <section class="list" aria-label={props.label}>
    <div class="bar">
      <Filter label={`Filter ${props.label.toLowerCase()}`} example={props.example} />
    </div>
    <div class="cards">
      <div class="columns">{props.children}</div>
    </div>
  </section>
)

/** How many of a list are shown. */
export const Count = ({ shown, all }: { shown: number; all: number }) => (
  <span class="count">
    {shown !== all && `${formatCount(shown)} of `}
    {formatCount(all)}
  </span>
)

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

/** The built-in scenarios as options of a select. */
export const ScenarioOptions = ({ scenarios }: { scenarios: readonly { readonly name: string }[] }) =>
  scenarios.map(({ name }) => (
    <option key={name} value={name}>
      {name}
    </option>
  ))
