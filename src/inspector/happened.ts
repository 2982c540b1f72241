import { type Api, singularOf } from './api.ts'
import { formatCount } from './format-count.ts'

/** How many kinds of events a sentence names. */
const most = 3

/** The events of a move in words: `3 books returned, 1 loan ended`. */
export function describeEvents(api: Api | null, happened: readonly { readonly event: string }[]): string {
  const counts = new Map<string, number>()
  for (const { event } of happened) counts.set(event, (counts.get(event) ?? 0) + 1)
  if (counts.size === 0) return 'nothing happened'
  const parts = Array.from(counts, ([event, count]) => {
    const [resource = '', ...verb] = event.split('.')
    const plural = api?.resource(resource)?.title.toLowerCase() ?? `${singularOf(resource)}s`
    return `${formatCount(count)} ${count === 1 ? singularOf(resource) : plural} ${verb.join(' ').replaceAll('_', ' ')}`
  })
  return `${parts.slice(0, most).join(', ')}${parts.length > most ? ` and ${parts.length - most} other kinds` : ''}`
}
