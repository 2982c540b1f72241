// What is clicked and chosen; what calls the mock is disabled while it does not answer.
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { Reason } from '../engine/reason.ts'
import { useInspector, useStore } from './context.ts'

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

/** The built-in scenarios as options of a select. */
export const ScenarioOptions = ({ scenarios }: { scenarios: readonly { readonly name: string }[] }) =>
  scenarios.map(({ name }) => (
    <option key={name} value={name}>
      {name}
    </option>
  ))

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
