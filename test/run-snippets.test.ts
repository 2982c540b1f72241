import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { snippets } from './evidence/pages.ts'

/** Pages whose snippets in TypeScript are only checked for their types, and why. */
const notRun: Readonly<Record<string, string>> = {
  'src/engine/webhooks.md': 'it waits for what a client does',
  'src/inspector/README.md': 'it needs a page',
  'src/worker/README.md': 'they need a page, or configure Vite',
}

const place = mkdtempSync(join(realpathSync(tmpdir()), 'ricloud-mock-snippets-'))
afterAll(() => rmSync(place, { recursive: true }))
// Packages are found from there.
symlinkSync(fileURLToPath(new URL('../node_modules', import.meta.url)), join(place, 'node_modules'))

const written = snippets.filter(({ language }) => language === 'ts')

/** The names of constants that hold the answer to a call. */
const answersIn = (code: string) =>
  Array.from(code.matchAll(/^const (\w+) = await (?:mock\.)?fetch\(/gm), ([, name = '']) => name)

describe('snippets in TypeScript', () => {
  it('that are tests are recipes, which are run by themselves', () => {
    expect(written.filter(({ code }) => /\btest\(/.test(code)).map(({ name }) => name)).toEqual([])
  })

  it('that are not run are of pages that have some', () => {
    expect(Object.keys(notRun).filter((page) => !written.some((snippet) => snippet.page === page))).toEqual([])
  })

  it.each(written.filter(({ page }) => !(page in notRun)))('$name runs, and its calls succeed', async (snippet) => {
    const file = join(place, `${snippet.name.replaceAll(/\W/g, '-')}.ts`)
    writeFileSync(file, `${snippet.code}\nexport const answers = [${answersIn(snippet.code).join()}]\n`)
    const log = vi.spyOn(console, 'log').mockReturnValue(undefined)
    onTestFinished(() => log.mockRestore())

    const { answers }: { answers: readonly Response[] } = await import(/* @vite-ignore */ file)
    expect(answers.filter(({ ok }) => !ok)).toEqual([])
  })
})
