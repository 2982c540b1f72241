import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { everything } from './evidence/claims.ts'
import { blockOf, pages, readPage } from './evidence/tables.ts'

const isPage = (file: URL) => file.pathname.endsWith('.md')

/** The headings of a page, as links name them. */
const headingsOf = (file: URL) =>
  Array.from(readFileSync(file, 'utf8').matchAll(/^#+ (.*)/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  )

/** The links within a page that lead to no file, or to no heading of one. */
function brokenLinks(path: string): string[] {
  const here = new URL(`../${path}`, import.meta.url)
  const links = Array.from(readPage(path).matchAll(/\]\((?!https?:)([^)\s]+)\)/g), ([, link = '']) => link)
  return links.filter((link) => {
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
