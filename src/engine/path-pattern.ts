import * as z from 'zod'

const longest = 1000

/** A pattern of paths: segments, of which `*` stands for any one, or at the end for all the rest. */
export const pathPattern = z
  .string()
  .regex(/^(?:\/(?:\*|[^\s*/?#]*))+$/, {
    error: 'must be a path such as "/sessions" or "/users/*", where "*" stands for a whole segment; "/*" is every path',
  })
  .max(longest, { error: `must be at most ${longest} characters long` })

/** Reads a pattern into a test of paths, which takes time by the length of the pattern. */
export function pathMatcher(pattern: string): (path: string) => boolean {
  const segments = pattern.split('/')
  const isOpen = segments.at(-1) === '*'
  const wanted = isOpen ? segments.slice(0, -1) : segments
  return (path) => {
    const found = path.split('/', wanted.length + 1)
    if (!wanted.every((segment, i) => (segment === '*' ? found[i] : found[i] === segment))) return false
    if (!isOpen) return found.length === wanted.length
    const end = wanted.reduce((length, _, i) => length + (found[i] as string).length + 1, 0)
    return path.length > end
  }
}

/** Reads a text with `*` for any characters into a test of texts. */
export function globMatcher(glob: string): (text: string) => boolean {
  const [first = '', ...others] = glob.split('*')
  const last = others.pop()
  if (last === undefined) return (text) => text === glob
  return (text) => {
    if (!text.startsWith(first)) return false
    let end = first.length
    // The earliest place of each part leaves the most for those after it.
    for (const part of others) {
      const at = text.indexOf(part, end)
      if (at < 0) return false
      end = at + part.length
    }
    return text.length - last.length >= end && text.endsWith(last)
  }
}
