// The filter of a view, and what is below it.
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { useInspector } from './context.ts'
import { type Field, fieldsOf, grammar, matches, parseFilter } from './filter.ts'
import { formatCount } from './format-count.ts'

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
