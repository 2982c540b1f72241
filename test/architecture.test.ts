import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'

/** Files by their path under `src/`. */
type Files = Readonly<Record<string, string>>

const doors = ['index.ts', 'node.ts', 'browser.ts', 'standalone.ts', 'vitest.ts', 'playwright.ts', 'inspector.ts']

/** From left to right: a file imports from its own unit, or from one in a later rank. */
const ranks: readonly (readonly string[])[] = [
  ['cli'],
  // The page over the control API: of all the rest it knows types only.
  [...doors, 'server', 'worker', 'inspector'],
  ['testing'],
  ['mock'],
  ['control'],
  ['handlers', 'scenario'],
  ['contract'],
  ['domain'],
  ['services', 'db'],
  ['leaves'],
]

/** The layer of a file: its folder, or the file itself where it stands alone; other files in `src/` are leaves. */
function unitOf(path: string): string {
  const [first = '', ...rest] = path.split('/')
  if (rest.length > 0) return first
  if (first === 'mock.ts') return 'mock'
  return doors.includes(first) ? first : 'leaves'
}

const rankOf = (path: string) => ranks.findIndex((units) => units.includes(unitOf(path)))

interface Import {
  readonly from: string
  readonly to: string
  readonly typeOnly: boolean
}

/** Comments may name what code may not; a comment begins its line in this code. */
const withoutComments = (text: string) => text.replace(/^[ \t]*\/\*[\s\S]*?\*\//gm, '').replace(/^[ \t]*\/\/.*$/gm, '')

function importsOf(path: string, text: string): Import[] {
  const code = withoutComments(text)
  const statements = code.matchAll(/^(?:import|export)\s(?:([^'"`;=()]*?)\sfrom\s)?\s*['"]([^'"]+)['"]/gm)
  const dynamic = code.matchAll(/\bimport\(\s*['"`]([^'"`]+)['"`]/g)
  return [
    ...Array.from(statements, ([, clause = '', to = '']) => ({ from: path, to, typeOnly: isTypeOnly(clause) })),
    ...Array.from(dynamic, ([, to = '']) => ({ from: path, to, typeOnly: false })),
  ]
}

function isTypeOnly(clause: string): boolean {
  if (/^type\s/.test(clause)) return true
  const names = /^\{([^}]*)\}$/.exec(clause.trim())?.[1]?.split(',') ?? ['']
  return names.filter((name) => name.trim()).every((name) => name.trim().startsWith('type ')) && names[0] !== ''
}

const importsIn = (files: Files) => Object.entries(files).flatMap(([path, text]) => importsOf(path, text))

/** Imports that go to the left, or sideways where that is not agreed on. */
function layerViolations(files: Files): string[] {
  return importsIn(files)
    .filter(({ to }) => to.startsWith('.'))
    .filter(
      ({ from, to, typeOnly }) => !isAllowed(from, posix.normalize(posix.join(posix.dirname(from), to)), typeOnly),
    )
    .map(({ from, to }) => `${from} imports ${to}`)
}

function isAllowed(from: string, to: string, typeOnly: boolean): boolean {
  // Beside the source stand JSON files: the fixtures of a world, and the version that the command line prints.
  if (to.startsWith('../'))
    return (
      (/^\.\.\/fixtures\/[^/]+\.json$/.test(to) && unitOf(from) === 'mock') ||
      isScenarios(from, to) ||
      isVersion(from, to)
    )
  if (rankOf(from) < 0 || rankOf(to) < 0) return false
  // What a door over HTTP is made of is no business of whoever opens the door.
  if (unitOf(to) === 'inspector') return unitOf(from) === 'inspector' || from === 'inspector.ts'
  if (unitOf(from) === 'inspector') return typeOnly && rankOf(from) < rankOf(to)
  if (unitOf(to) === 'server') return unitOf(from) === 'server' || doors.includes(from)
  if (unitOf(to) === 'worker') return unitOf(from) === 'worker' || from === 'browser.ts'
  if (unitOf(from) === unitOf(to) || rankOf(from) < rankOf(to)) return true
  // Scenarios name calls of the route table; services speak of records by their types.
  if (unitOf(from) === 'scenario' && to === 'handlers/index.ts') return true
  return unitOf(from) === 'services' && unitOf(to) === 'db' && typeOnly
}

const isScenarios = (from: string, to: string) =>
  /^(?:\.\.\/)+scenarios\/index\.ts$/.test(to) && rankOf(from) >= 0 && rankOf(from) <= rankOf('mock.ts')
const isVersion = (from: string, to: string) => to === '../package.json' && unitOf(from) === 'cli'

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
  const elsewhere = Object.entries(files).filter(([path]) => path !== 'domain/lifecycle.ts' && unitOf(path) !== 'db')
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
  const allowed = new Set(units)
  return (path: string) => allowed.has(path) || allowed.has(unitOf(path))
}
const realTime =
  /\bDate\.now\b|\bnew Date\(\s*\)|\bnew Date\b(?!\()|(?<!new )\bDate\(|\bset(?:Timeout|Interval|Immediate)\b|\bperformance\b/g
/** Connections live in real time, whatever the world's clock says: what holds them up may wait, and read nothing. */
const isWait = (found: string) => /^server\/.* says set(?:Timeout|Interval)$/.test(found)
const chance = /\bMath\.random\b|\bcrypto\.(?:randomUUID|getRandomValues)\b/g

describe('the layers of the source', () => {
  it('has read the source, and its import lines', () => {
    expect(Object.keys(source)).toContain('domain/lifecycle.ts')
    expect(importsIn(source).length).toBeGreaterThan(100)
  })

  it('every file belongs to a layer', () => {
    expect(Object.keys(source).filter((path) => rankOf(path) < 0)).toEqual([])
  })

  it('imports go from left to right only', () => {
    expect(layerViolations(source)).toEqual([])
  })

  it('names @mswjs/data in db/ only', () => {
    expect(packageViolations(source, '@mswjs/data', within('db'))).toEqual([])
  })

  it('names msw in handlers/ and the doors only', () => {
    expect(
      packageViolations(source, 'msw', within('handlers', 'index.ts', 'node.ts', 'browser.ts', 'vitest.ts')),
    ).toEqual([])
  })

  it('names node: modules where it runs in Node only', () => {
    expect(
      packageViolations(source, 'node:', within('server', 'standalone.ts', 'node.ts', 'cli', 'scenario/file.ts')),
    ).toEqual([])
  })

  it('imports no module of Node by its bare name', () => {
    const bare = ['fs', 'path', 'http', 'https', 'net', 'os', 'util', 'events', 'stream', 'crypto', 'url', 'process']
    expect(bare.flatMap((name) => packageViolations(source, name, () => false))).toEqual([])
  })

  it('reads real time in clock.ts only, the waits for connections and the page aside', () => {
    const all = wordViolations(source, realTime, within('clock.ts', 'inspector'))
    expect(all.filter((found) => !isWait(found))).toEqual([])
  })

  it('waits for connections by timers that no test runner stops', () => {
    const waiting = Object.entries(source).filter(
      ([path, text]) => unitOf(path) === 'server' && /set(?:Timeout|Interval)\(/.test(text),
    )
    expect(waiting.filter(([, text]) => !text.includes("from 'node:timers'"))).toEqual([])
  })

  it('takes chance from random.ts only', () => {
    expect(wordViolations(source, chance, within('random.ts'))).toEqual([])
  })

  it('assigns state in move() only', () => {
    expect(stateViolations(source)).toEqual([])
  })

  it('assigns state once in domain/lifecycle.ts', () => {
    const updates = argumentsOf(source['domain/lifecycle.ts'] ?? '', 'update')
    expect(updates).toEqual(['current, { ...changes, state }'])
  })

  it('writes to the console nowhere but in cli/, one commented line of mock/read-options.ts aside', () => {
    const console = /.*\n.*\bconsole\b.*/g
    const all = wordViolations(source, /\bconsole\b/g, within('cli'))
    expect(all).toEqual(['mock/read-options.ts says console'])
    const lines = Array.from((source['mock/read-options.ts'] ?? '').matchAll(console), ([line]) => line)
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

  it('touches the process in cli/ only', () => {
    expect(wordViolations(source, /\bprocess\.\w+/g, within('cli'))).toEqual([])
  })

  it('has no default exports', () => {
    expect(wordViolations(source, /\bexport default\b|\bas default\b/g)).toEqual([])
  })

  it('keeps no state at module level', () => {
    expect(wordViolations(source, /^(?:export )?(?:let|var) .*/gm)).toEqual([])
  })
})

describe('the checker of the layers', () => {
  it.each([
    ['domain/user.ts', "import { showUser } from '../contract/user.ts'"],
    ['domain/user.ts', "import type { Viewer } from '../contract/viewer.ts'"],
    ['contract/user.ts', "export { route } from '../handlers/route.ts'"],
    ['contract/user.ts', "export * from '../mock.ts'"],
    ['handlers/user.ts', "import { TimeControl } from '../control/time.ts'"],
    ['handlers/user.ts', "import { act } from '../scenario/act.ts'"],
    ['scenario/steps.ts', "import { ok } from '../handlers/route.ts'"],
    ['inspector/store.ts', "import { parseInstant } from '../clock.ts'"],
    ['inspector/store.ts', "import type { serve } from '../standalone.ts'"],
    ['browser.ts', "import { mountInspector } from './inspector/mount.tsx'"],
    ['browser.ts', "import { mountInspector } from './inspector.ts'"],
    ['server/inspector.ts', "import { App } from '../inspector/app.tsx'"],
    ['db/table.ts', "import type { World } from '../domain/world.ts'"],
    ['db/table.ts', "import type { Decision } from '../services/services.ts'"],
    ['services/services.ts', "import { Table } from '../db/table.ts'"],
    ['services/services.ts', "import { Table, type Row } from '../db/table.ts'"],
    ['clock.ts', "import type { World } from './domain/world.ts'"],
    ['clock.ts', "import './db/index.ts'"],
    ['fake.ts', "const load = () => import('./mock.ts')"],
    ['mock.ts', "import { serve } from './standalone.ts'"],
    ['node.ts', "import { createMock } from './index.ts'"],
    ['standalone.ts', "import { start } from './cli/start.ts'"],
    ['server/listen.ts', "import { serve } from '../standalone.ts'"],
    ['cli/start.ts', "import { listen } from '../server/listen.ts'"],
    ['mock.ts', "import { listen } from './server/listen.ts'"],
    ['mock.ts', "import { Switchboard } from './testing/switchboard.ts'"],
    ['testing/switchboard.ts', "import { setupRicloud } from '../node.ts'"],
    ['index.ts', "import { Keeper } from './worker/keep.ts'"],
    ['domain/user.ts', "import fixture from '../../fixtures/default.json' with { type: 'json' }"],
    ['mock.ts', "import packageJson from '../package.json' with { type: 'json' }"],
    ['domain/user.ts', "import { x } from '../unknown/x.ts'"],
    ['domain/user.ts', "import {\n  a,\n  b,\n} from '../contract/user.ts'"],
  ])('finds in %s: %s', (path, line) => {
    expect(layerViolations({ [path]: line })).toHaveLength(1)
  })

  it.each([
    ['domain/user.ts', "import { move } from './lifecycle.ts'"],
    ['domain/user.ts', "// import { showUser } from '../contract/user.ts'"],
    ['domain/user.ts', "/** import { showUser } from '../contract/user.ts' */"],
    ['cli/flags.ts', "import { nearest } from '../words.ts'"],
    ['standalone.ts', "import { listen } from './server/listen.ts'"],
    ['browser.ts', "import { Keeper } from './worker/keep.ts'"],
    ['vitest.ts', "import { Switchboard } from './testing/switchboard.ts'"],
    ['inspector.ts', "export { mountInspector } from './inspector/mount.tsx'"],
    ['inspector/store.ts', "import type { RequestView } from '../journal.ts'"],
    ['inspector/app.tsx', "import { Store } from './store.ts'"],
    ['server/guard.ts', "import { refusal } from '../errors.ts'"],
    ['cli/main.ts', "import packageJson from '../../package.json' with { type: 'json' }"],
    ['control/routes.ts', "import { ok, type Route } from '../handlers/route.ts'"],
    ['services/services.ts', "import { type InitError, type SourceType } from '../db/records.ts'"],
    ['services/services.ts', "import type { InitError } from '../db/records.ts'"],
    ['queue.ts', "import type { Instant } from './clock.ts'"],
  ])('allows in %s: %s', (path, line) => {
    expect(layerViolations({ [path]: line })).toEqual([])
  })

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
