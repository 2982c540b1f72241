import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { everything } from './evidence/claims.ts'
import { listedPages, llmsText } from './evidence/llms.ts'
import { pagePaths, readPage } from './evidence/pages.ts'
import { blockOf, pages, recipes } from './evidence/tables.ts'

const isPage = (file: URL) => file.pathname.endsWith('.md')

/** The headings of a page, as links name them. */
const headingsOf = (file: URL) =>
  Array.from(readFileSync(file, 'utf8').matchAll(/^#+ (.*)/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  )

const relativeLinks = (path: string) =>
  Array.from(readPage(path).matchAll(/\]\((?!https?:)([^)\s]+)\)/g), ([, link = '']) => link)

/** The links within a page that lead to no file, or to no heading of one. */
function brokenLinks(path: string): string[] {
  const here = new URL(`../${path}`, import.meta.url)
  return relativeLinks(path).filter((link) => {
    const file = new URL(link, here)
    const heading = file.hash.slice(1)
    return !existsSync(file) || (heading !== '' && !(isPage(file) && headingsOf(file).includes(heading)))
  })
}

describe.each(Object.entries(pages(everything)))('%s', (path, wanted) => {
  it.each(Object.entries(wanted))('shows %s as the sources have it (npm run evidence rewrites it)', (name, block) => {
    expect(blockOf(readPage(path), name)).toBe(block)
  })

  it('has no link that leads nowhere', () => {
    expect(brokenLinks(path)).toEqual([])
  })
})

describe('the pages', () => {
  it.each(recipes)('%s: is shown by one page', (name) => {
    expect(pagePaths.filter((path) => readPage(path).includes(`<!-- ${name} -->`))).toHaveLength(1)
  })

  it('are listed in src/README.md', () => {
    const listed = ['README.md', 'CHANGELOG.md', 'src/README.md', ...listedPages().map(({ path }) => path)]
    expect(listed.sort()).toEqual([...pagePaths].sort())
  })

  it('are listed in llms.txt as src/README.md lists them (npm run evidence rewrites it)', () => {
    expect(readPage('llms.txt')).toBe(llmsText())
  })

  it('name files of the source that exist', () => {
    const named = Array.from(readPage('src/README.md').matchAll(/`([\w-]+\/[\w./-]+\.ts)`/g), ([, name = '']) => name)
    const names = named.filter((name) => !name.endsWith('/x.ts'))
    const isThere = (name: string) =>
      [`../src/${name}`, `../${name}`].some((path) => existsSync(new URL(path, import.meta.url)))
    expect(names).toContain('engine/http/router.ts')
    expect(names.filter((name) => !isThere(name))).toEqual([])
  })

  it('link only to files of the package', () => {
    const links = pagePaths.flatMap((path) =>
      relativeLinks(path).map((link) => new URL(link, new URL(`../${path}`, import.meta.url))),
    )
    const packed =
      /\/(?:src\/(?:.*\.md|inspector\/time-line\.webp)|fixtures(?:\/.*)?|scenarios\/README\.md|README\.md|CHANGELOG\.md|LICENSE)$/
    expect(links.map(({ pathname }) => pathname).filter((path) => !packed.test(path))).toEqual([])
  })
})
