import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { DoorName } from '../doors/names.ts'
import { doors, type Seen } from './claims.ts'

/** The tests that call through every door, and what runs them. */
export const runs = {
  'test/doors/every-door.test.ts': 'npm run test:slow',
  'test/doors/every-server.test.ts': 'npm run test:slow',
  'test/browser/worker.test.ts': 'npm run test:browser',
} as const
export type Run = keyof typeof runs

const runOf: Readonly<Record<DoorName, Run>> = {
  fetch: 'test/doors/every-door.test.ts',
  node: 'test/doors/every-door.test.ts',
  handlers: 'test/doors/every-door.test.ts',
  server: 'test/doors/every-server.test.ts',
  command: 'test/doors/every-server.test.ts',
  browser: 'test/browser/worker.test.ts',
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = `${root}node_modules/.cache/ricloud-mock/evidence/`
const fileOf = (run: Run) => `${folder}${run.replaceAll(/\W+/g, '-')}.json`

/** What a run saw, and of which sources. */
interface RunRecord {
  readonly sources: string
  readonly seen: Readonly<Partial<Record<DoorName, readonly string[]>>>
}

/** All that decides what a door answers, and what it is asked. */
const decisive = ['src', 'scenarios', 'fixtures', 'test/doors', 'test/browser', 'package-lock.json', 'vite.config.ts']

/** A digest of the sources: what was seen of others proves nothing. */
export function digestOfSources(): string {
  const hash = createHash('sha256')
  for (const name of decisive) {
    const files = /\.\w+$/.test(name)
      ? [name]
      : readdirSync(root + name, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map(({ parentPath, name }) => `${parentPath.slice(root.length)}/${name}`)
          .sort()
    for (const file of files) hash.update(`${file}\n`).update(readFileSync(root + file))
  }
  return hash.digest('hex')
}

/** Forgets what an earlier run saw. */
export const forget = (run: Run): void => rmSync(fileOf(run), { force: true })

/** Keeps what a run saw until it is forgotten. */
export function keep(run: Run, record: RunRecord): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(fileOf(run), JSON.stringify(record))
}

/** What all doors answered in their last runs, and what those runs lack. */
export function recall(): { readonly seen: Seen; readonly problems: readonly string[] } {
  const sources = digestOfSources()
  const problems: string[] = []
  const records = new Map<Run, RunRecord>()
  for (const [run, command] of Object.entries(runs) as [Run, string][]) {
    const record = read(run)
    if (!record) problems.push(`There is no record of what ${run} saw: run \`${command}\` first, to its end.`)
    else if (record.sources !== sources) problems.push(`The sources changed since ${run}: run \`${command}\` again.`)
    else records.set(run, record)
  }
  const seen = doors.map((door) => [door, new Set(records.get(runOf[door])?.seen[door])])
  return { seen: Object.fromEntries(seen) as Seen, problems }
}

function read(run: Run): RunRecord | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(run), 'utf8'))
  } catch {
    return undefined
  }
}
