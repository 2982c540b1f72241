import { isAbsolute, relative, resolve } from 'node:path'

/** A path as messages show it: relative where it lies within the working directory. */
export function shownPath(path: string): string {
  const shown = relative('.', path)
  return shown === '' || shown.startsWith('..') || isAbsolute(shown) ? resolve(path) : shown
}
