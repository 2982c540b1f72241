import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { resources } from '../src/ricloud/resources/index.ts'

/** Files by their path under `src/`. */
type Files = Readonly<Record<string, string>>

/** The folder of a file; an entry point is its own. */
const unitOf = (path: string) => path.split('/')[0] ?? ''

interface Import {
  readonly from: string
  readonly to: string
}

/** Comments may name what code may not; a comment begins its line in this code. */
const withoutComments = (text: string) => text.replace(/^[ \t]*\/\*[\s\S]*?\*\//gm, '').replace(/^[ \t]*\/\/.*$/gm, '')

function importsOf(path: string, text: string): Import[] {
  const code = withoutComments(text)
  const statements = code.matchAll(/^(?:import|export)\s(?:[^'"`;=()]*?\sfrom\s)?\s*['"]([^'"]+)['"]/gm)
  const dynamic = code.matchAll(/\bimport\(\s*['"`]([^'"`]+)['"`]/g)
  return [
    ...Array.from(statements, ([, to = '']) => ({ from: path, to })),
    ...Array.from(dynamic, ([, to = '']) => ({ from: path, to })),
  ]
}

const importsIn = (files: Files) => Object.entries(files).flatMap(([path, text]) => importsOf(path, text))

/** Files that import a package, or something within it, outside the places where it may be named. */
function packageViolations(files: Files, name: string, allowed: (path: string) => boolean): string[] {
  return importsIn(files)
    .filter(({ to }) => to === name || to.startsWith(name.endsWith(':') ? name : `${name}/`))
    .filter(({ from }) => !allowed(from))
    .map(({ from, to }) => `${from} imports ${to}`)
}

/** Files whose code, comments aside, matches a pattern outside the places where it may stand. */
function wordViolations(files: Files, pattern: RegExp, allowed: (path: string) => boolean = () => false): string[] {
  return Object.entries(files)
    .filter(([path]) => !allowed(path))
    .flatMap(([path, text]) =>
      Array.from(withoutComments(text).matchAll(pattern), ([found]) => `${path} says ${found.trim()}`),
    )
}

/** What stands between the parentheses of every call of a method. */
function argumentsOf(text: string, method: string): string[] {
  const code = withoutComments(text)
  return Array.from(code.matchAll(new RegExp(`\\.${method}\\(`, 'g')), ({ index, 0: { length } }) => {
    let [depth, end] = [1, index + length]
    while (depth > 0 && end < code.length) {
      if (code[end] === '(') depth++
      if (code[end] === ')') depth--
      end++
    }
    return code.slice(index + length, end - 1)
  })
}

/** Writes that set `state` outside the one place that moves records. */
function stateViolations(files: Files): string[] {
  const elsewhere = Object.entries(files).filter(
    ([path]) => path !== 'engine/lifecycle.ts' && !path.startsWith('engine/store/'),
  )
  return elsewhere.flatMap(([path, text]) => [
    ...argumentsOf(text, 'update')
      .filter((given) => /[{,]\s*(?:state|'state'|"state"|\[['"]state['"]\])\s*[:,}]/.test(given))
      .map((given) => `${path} updates ${given.replace(/\s+/g, ' ')}`),
    ...wordViolations({ [path]: text }, /\.state\s*=(?![=>])/g),
  ])
}

const root = new URL('../src/', import.meta.url)
const source: Files = Object.fromEntries(
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))
    .map((path) => [path, readFileSync(new URL(path, root), 'utf8')]),
)

const within = (...units: string[]) => {
  return (path: string) => units.some((unit) => path === unit || path.startsWith(`${unit}/`))
}
const realTime =
  /\bDate\.now\b|\bnew Date\(\s*\)|\bnew Date\b(?!\()|(?<!new )\bDate\(|\bset(?:Timeout|Interval|Immediate)\b|\bperformance\b/g
/** Connections live in real time, whatever the world's clock says: what holds them up may wait, and read nothing. */
const isWait = (found: string) => /^server\/.* says set(?:Timeout|Interval|Immediate)$/.test(found)
const chance = /\bMath\.random\b|\bcrypto\.(?:randomUUID|getRandomValues)\b/g

/** Words that are also names of resources where they mean something else. */
const generalWords: ReadonlySet<string> = new Set([
  "cli/options.ts says 'key'",
  'control/answers.ts says `event`',
  "control/stream.ts says 'event'",
  "inspector/bars.ts says 'event'",
  "inspector/event-stream.ts says 'event'",
  "inspector/store.ts says 'event'",
  "mock/mock.ts says 'event'",
  "engine/webhook-dispatcher.ts says 'event.deliver'",
])

describe('the source', () => {
  it('has read the source, and its import lines', () => {
    expect(Object.keys(source)).toContain('engine/lifecycle.ts')
    expect(importsIn(source).length).toBeGreaterThan(100)
  })

  it('names @mswjs/data in engine/store/ only', () => {
    expect(packageViolations(source, '@mswjs/data', within('engine/store'))).toEqual([])
  })

  it('names msw in engine/http/, interception/ and the entry points only', () => {
    expect(
      packageViolations(
        source,
        'msw',
        within('engine/http', 'interception', 'index.ts', 'node.ts', 'browser.ts', 'vitest.ts'),
      ),
    ).toEqual([])
  })

  it('names node: modules where it runs in Node only', () => {
    expect(
      packageViolations(
        source,
        'node:',
        within(
          'server',
          'interception',
          'standalone.ts',
          'node.ts',
          'vitest-coverage.ts',
          'vite.ts',
          'mock/coverage-files.ts',
          'mock/replay-files.ts',
          'mock/sweep/scope.ts',
          'mock/sweep/sweeping.ts',
          'cli',
          'scenario/loader.ts',
          'scenario/files',
          'recordings',
        ),
      ),
    ).toEqual([])
  })

  it('imports no module of Node by its bare name', () => {
    const bare = ['fs', 'path', 'http', 'https', 'net', 'os', 'util', 'events', 'stream', 'crypto', 'url', 'process']
    expect(bare.flatMap((name) => packageViolations(source, name, () => false))).toEqual([])
  })

  it('reads real time in engine/time/clock.ts only, the waits for connections and the page aside', () => {
    const all = wordViolations(source, realTime, within('engine/time/clock.ts', 'inspector'))
    expect(all.filter((found) => !isWait(found))).toEqual([])
  })

  it('waits for connections by timers that no test runner stops', () => {
    const waiting = Object.entries(source).filter(
      ([path, text]) => unitOf(path) === 'server' && /set(?:Timeout|Interval|Immediate)\(/.test(text),
    )
    expect(waiting.filter(([, text]) => !text.includes("from 'node:timers'"))).toEqual([])
  })

  it('names a resource in src/ricloud and its description for mocks only', () => {
    const names = Object.keys(resources)
    // As a word of its own in quotes, or as a table, a group or an event of it.
    const named = new RegExp(
      `['"\`](?:${names.join('|')})(?:\\.\\w+)?['"\`]|\\btables\\.(?:${names.join('|')})\\b`,
      'g',
    )
    const found = wordViolations(source, named, within('ricloud', 'mock/ricloud.ts'))
    expect(found.filter((one) => !generalWords.has(one))).toEqual([])
  })

  it('takes chance from engine/random.ts only', () => {
    expect(wordViolations(source, chance, within('engine/random.ts'))).toEqual([])
  })

  it('reads what was thrown, which may be anything, by engine/thrown.ts only, the page aside', () => {
    const trusting = /\bas (?:Error|NodeJS\.ErrnoException)\b|\bcatch\(\(\w+: |\w+\?\.stack\b|\binstanceof Error \?/g
    expect(wordViolations(source, trusting, within('engine/thrown.ts', 'inspector'))).toEqual([])
  })

  it('assigns state in move() only', () => {
    expect(stateViolations(source)).toEqual([])
  })

  it('assigns state once in engine/lifecycle.ts', () => {
    const updates = argumentsOf(source['engine/lifecycle.ts'] ?? '', 'update')
    expect(updates).toEqual(['current, changes, { state } as object'])
  })

  it('writes to the console nowhere but in cli/, one commented line of mock/options.ts aside', () => {
    const console = /.*\n.*\bconsole\b.*/g
    const all = wordViolations(source, /\bconsole\b/g, within('cli'))
    expect(all).toEqual(['mock/options.ts says console'])
    const lines = Array.from((source['mock/options.ts'] ?? '').matchAll(console), ([line]) => line)
    expect(lines.filter((line) => line.includes('biome-ignore lint/suspicious/noConsole:'))).toHaveLength(1)
  })

  it('names the runners of tests in their doors only', () => {
    expect(packageViolations(source, 'vitest', within('vitest.ts'))).toEqual([])
    expect(packageViolations(source, '@playwright/test', within('playwright.ts'))).toEqual([])
  })

  it('names preact in inspector/ only', () => {
    expect(packageViolations(source, 'preact', within('inspector'))).toEqual([])
  })

  it('touches a document in inspector/ only', () => {
    expect(
      wordViolations(
        source,
        /\b(?:document\.(?:body|createElement)|requestAnimationFrame|HTML\w*Element)\b/g,
        within('inspector'),
      ),
    ).toEqual([])
  })

  it('touches the store of a tab in inspector/ and worker/ only', () => {
    expect(wordViolations(source, /\bsessionStorage\b/g, within('inspector', 'worker'))).toEqual([])
  })

  it('touches the process in cli/ only, those for local folders and rejections aside', () => {
    expect(
      wordViolations(source, /\bprocess\??\.\w+/g, within('cli', 'mock/disk-folder.ts', 'mock/sweep/scope.ts')),
    ).toEqual([])
  })

  it('adds to the lists of a Map without copying them', () => {
    expect(wordViolations(source, /\.set\([^;\n]*\[\.\.\.\([^;\n]*\.get\(/g)).toEqual([])
  })

  it('has no default exports', () => {
    expect(wordViolations(source, /\bexport default\b|\bas default\b/g)).toEqual([])
  })

  it('keeps no state at module level', () => {
    expect(wordViolations(source, /^(?:export )?(?:let|var) .*/gm)).toEqual([])
  })
})

describe('the checker of the source', () => {
  it('finds a package in the wrong place, also by a path within it', () => {
    const files = { 'domain/a.ts': "import { http } from 'msw'", 'mock.ts': "import type { A } from 'msw/node'" }
    expect(packageViolations(files, 'msw', within('handlers'))).toHaveLength(2)
  })

  it('does not take a package for another whose name begins alike', () => {
    expect(packageViolations({ 'a.ts': "import { a } from 'msw-tools'" }, 'msw', within('handlers'))).toEqual([])
  })

  it('finds a module of Node', () => {
    const files = { 'mock.ts': "import { readFileSync } from 'node:fs'" }
    expect(packageViolations(files, 'node:', within('cli'))).toEqual(['mock.ts imports node:fs'])
  })

  it.each(['Date.now()', 'new Date()', 'new Date( )', 'setTimeout(work, 1)', 'performance.now()', 'Date()'])(
    'finds real time in %s',
    (code) => {
      expect(wordViolations({ 'domain/a.ts': code }, realTime)).toHaveLength(1)
    },
  )

  it.each(['new Date(1)', 'new Date(milliseconds)', '// Date.now()', 'showDate(1)'])(
    'finds no real time in %s',
    (code) => {
      expect(wordViolations({ 'domain/a.ts': code }, realTime)).toEqual([])
    },
  )

  it.each(['Math.random()', 'crypto.randomUUID()', 'globalThis.crypto.randomUUID()'])('finds chance in %s', (code) => {
    expect(wordViolations({ 'domain/a.ts': code }, chance)).toHaveLength(1)
  })

  it.each([
    "table.update(user, { state: 'blocked' })",
    "table.update(named(world, 1), { identifier, state: 'blocked' })",
    'table.update(user, { state })',
    'table.update(user, {\n  key,\n  state,\n})',
    "user.state = 'blocked'",
  ])('finds the assigned state in %s', (code) => {
    expect(stateViolations({ 'handlers/user.ts': code })).toHaveLength(1)
  })

  it.each(['table.update(user, { key })', "table.list({ where: { state: ['active'] } })", "user.state === 'active'"])(
    'finds no assigned state in %s',
    (code) => {
      expect(stateViolations({ 'handlers/user.ts': code })).toEqual([])
    },
  )
})
