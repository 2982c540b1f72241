import { loadWords } from '../../engine/fake.ts'
import type { Contents } from './contents.ts'

/** Code and lists of words, which do not change: like an imported module, worlds share them. */
const loaded: { contents?: Contents } = {}

/** What generates the contents of sources; undefined until it is loaded. */
export const loadedContents = (): Contents | undefined => loaded.contents

/** Loads it, which takes a moment the first time. */
export async function loadContents(): Promise<void> {
  if (loaded.contents) return
  const [{ Contents }, words] = await Promise.all([import('./contents.ts'), loadWords()])
  loaded.contents ??= new Contents(words)
}
