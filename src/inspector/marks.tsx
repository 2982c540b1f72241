// Marks of states.
import type { ComponentChildren } from 'preact'
import type { Tone } from '../engine/resource.ts'
import { useApi } from './context.ts'

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
