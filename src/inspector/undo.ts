import type { SnapshotView } from '../control/snapshots.ts'

/** How many snapshots that the page took are kept. */
export const mostUndos = 20

const pattern = /^undo-(\d{1,9})\.(.*)$/

/** What names of snapshots may not contain, and what stands for it there. */
const substitutes = [
  [' ', '_'],
  [':', '..'],
  ['+', '--'],
] as const

/** What a snapshot was taken before; undefined for one that somebody saved. */
export const takenBefore = (name: string): string | undefined =>
  substitutes.reduce<string | undefined>((text, [own, other]) => text?.replaceAll(other, own), pattern.exec(name)?.[2])

/** The name of a snapshot before something is done, and those that are deleted for it. */
export function nextUndo(snapshots: readonly Pick<SnapshotView, 'name'>[], what: string) {
  const taken = snapshots.map(({ name }) => name).filter((name) => pattern.test(name))
  const number = 1 + Math.max(0, ...taken.map((name) => Number(pattern.exec(name)?.[1])))
  const slug = substitutes
    .reduce((text, [own, other]) => text.replaceAll(own, other), what)
    .replace(/[^\w.-]+/g, '')
    .slice(0, 40)
  return { name: `undo-${number}.${slug}`, outdated: taken.slice(0, Math.max(0, taken.length - mostUndos + 1)) }
}
