import { execFile } from 'node:child_process'
import { copyFileSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parseCommandLine } from '../src/cli/command-line.ts'
import { readConfigFile } from '../src/cli/config-file.ts'
import { loadScenario } from '../src/node.ts'
import { serve } from '../src/standalone.ts'
import { snippets } from './evidence/pages.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))

const written = (...languages: string[]) => snippets.filter(({ language }) => languages.includes(language))

function folder(): string {
  const made = mkdtempSync(join(realpathSync(tmpdir()), 'ricloud-mock-snippets-'))
  onTestFinished(() => rmSync(made, { recursive: true }))
  return made
}

/** The words of a command; a text in quotes is one. */
const wordsOf = (command: string) =>
  Array.from(command.matchAll(/'([^']*)'|"([^"]*)"|\S+/g), ([word, single, double]) => single ?? double ?? word)

describe('snippets', () => {
  it('are of languages that are checked here', () => {
    expect([...new Set(snippets.map(({ language }) => language))].sort()).toEqual(['js', 'json', 'sh', 'ts', 'yaml'])
  })

  it.each(written('js'))('$name is JavaScript without errors of syntax', async ({ code }) => {
    const file = join(folder(), 'snippet.mjs')
    writeFileSync(file, code)
    await run(process.execPath, ['--check', file])
  })

  it.each(written('json'))('$name is JSON', ({ code }) => {
    expect(JSON.parse(code)).toBeTypeOf('object')
  })

  it.each(written('yaml'))('$name is a scenario or a config file', async ({ code }) => {
    const place = folder()
    const file = join(place, 'snippet.yaml')
    writeFileSync(file, code)
    copyFileSync(join(root, 'test/recipes/one-day.yaml'), join(place, 'one-day.yaml'))
    if (code.startsWith('scenario:')) await loadScenario(file)
    else expect(await readConfigFile(file, false)).not.toEqual({})
  })

  it.each(written('sh'))('$name has commands and flags that there are', async ({ code }) => {
    await run('sh', ['-nc', code])
    const commands = code.matchAll(/(?:npx ricloud-mock|npm start(?: --silent)? --)(?= |$)([^#>)\n]*)/g)
    for (const [, words = ''] of commands) expect(() => parseCommandLine(wordsOf(words))).not.toThrow()
  })

  it.each([...new Set(written('sh').map(({ page }) => page))])(
    '%s: each curl is answered without an error, one after another',
    { timeout: 180_000 },
    async (page) => {
      const place = folder()
      const settings = { webhook_answers: [200] }
      const server = await serve({ port: 0, localStorage: join(place, 'results'), settings, log: () => undefined })
      onTestFinished(() => server.close({ now: true }))
      const shell = written('sh').filter((snippet) => snippet.page === page)
      const calls = shell.flatMap(({ code }) => code.match(/^curl (?:'[^']*'|"(?:\\.|[^"])*"|[^'"\n])*$/gm) ?? [])
      const script = calls.join('\n').replaceAll('http://127.0.0.1:7425', server.url)
      const checked = `curl() { command curl --noproxy '*' --fail-with-body -sS "$@" || exit 1; }\n${script}`
      await run('sh', ['-ec', checked], { cwd: place })
      expect(calls).toHaveLength(shell.flatMap(({ code }) => code.match(/^curl /gm) ?? []).length)
    },
  )
})
