import { readdirSync, readFileSync } from 'node:fs'

const root = new URL('../../', import.meta.url)

/** The pages of the package. */
export const pagePaths: readonly string[] = [
  'README.md',
  'CHANGELOG.md',
  ...['src', 'scenarios', 'fixtures'].flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .sort(),
  ),
]

/** The text of a page, or of another file, by its path in this repository. */
export const readPage = (path: string): string => readFileSync(new URL(path, root), 'utf8')

/** The blocks of code that stand in the pages alone; those of recipes are run by tests of their own. */
export const snippets = pagePaths.flatMap((page) => {
  const text = readPage(page).replaceAll(/<!-- (test\/recipes\/\S+) -->[\s\S]*?<!-- \/\1 -->/g, '')
  const found = Array.from(text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm))
  return found.map(([, language = '', code = ''], index) => ({ page, language, code, name: `${page} ${index + 1}` }))
})
