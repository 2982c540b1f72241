/** The path of a URL that begins with it. */
export function pathOf(url: string): string {
  const end = url.search(/[?#]/)
  return end < 0 ? url : url.slice(0, end)
}

/** The query of a URL. */
export function searchOf(url: string): URLSearchParams {
  const start = url.indexOf('?')
  return new URLSearchParams(start < 0 ? '' : url.slice(start))
}

/** The values of each parameter of a query; `getAll` would search all of it for each name. */
export function valuesByName(search: URLSearchParams): Map<string, string[]> {
  const values = new Map<string, string[]>()
  for (const [name, value] of search) {
    const known = values.get(name)
    if (known) known.push(value)
    else values.set(name, [value])
  }
  return values
}

/** Whether a path or the URL that begins with it is one of the control API. */
export const isControlPath = (url: string) => url.startsWith('/_mock') && /^\/_mock(?:[/?#]|$)/.test(url)
