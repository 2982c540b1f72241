import { resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type ScenarioName, scenarios } from '../../scenarios/index.ts'
import type { Mock } from '../mock/mock.ts'
import type { ScenarioInput } from '../scenario/types.ts'
import { FileWatch } from './file-watch.ts'
import type { Line } from './line.ts'
import { readScenarioSet } from './options.ts'
import { shownPath } from './path.ts'
import type { Reporter } from './reporter.ts'
import { readSettings, type Settings } from './settings.ts'
import type { Name } from './values.ts'

type Source = ScenarioName | ScenarioInput

/** What may differ in a scenario while its records and its clock go on. */
const light: ReadonlySet<string> = new Set(['description', 'steps', 'faults', 'accounts', 'settings'])

/** Files that are watched. */
export interface Watching {
  /** By absolute paths. */
  readonly files: readonly string[]
  close(): void
}

/**
 * Watches the scenario file, the JSON files that it names and the config file. After a change the scenario is loaded
 * again in place; one that is wrong is told, and the one before goes on.
 *
 * @param source the scenario that the mock was made with
 */
export async function watchSources(
  line: Line,
  settings: Settings,
  { source, mock }: { readonly source: Source; readonly mock: Mock },
  voice: Reporter,
): Promise<Watching> {
  const sources = new Sources(line, settings, source, mock, voice)
  const watch = new FileWatch((changed) => void take(changed))
  let turn = Promise.resolve()
  const take = (changed: ReadonlySet<string>) => {
    turn = turn.then(async () => {
      await sources.changed(changed)
      watch.watch(sources.files)
    })
    return turn
  }
  // What changed since the scenario was read shows when it is read again; which files it has, too.
  await take(new Set())
  return { files: sources.files, close: () => watch.close() }
}

/** The files behind a running mock, and what was last read of them. */
class Sources {
  readonly #line: Line
  readonly #mock: Mock
  readonly #voice: Reporter
  #settings: Settings
  /** What is in force. */
  #scenario: Source
  #scenarioFiles: readonly string[] = []
  #isBroken = false

  constructor(line: Line, settings: Settings, source: Source, mock: Mock, voice: Reporter) {
    this.#line = line
    this.#settings = settings
    this.#scenario = source
    this.#mock = mock
    this.#voice = voice
  }

  /** By absolute paths. */
  get files(): readonly string[] {
    const { config, values } = this.#settings
    return [...(config === undefined ? [] : [resolve(config)]), ...this.#scenarioFiles, ...jsonFiles(values)]
  }

  /** Takes over what can be taken over, and tells what was. */
  async changed(paths: ReadonlySet<string>): Promise<void> {
    const files = Array.from(paths.size > 0 ? paths : this.#scenarioFiles, shownPath)
    const wasBroken = this.#isBroken
    try {
      const restart = await this.#readConfig(paths)
      if (restart.length > 0) this.#voice.reload?.({ files, changed: [], kept: true, restart })
      const next = await this.#read()
      const changed = changesOf(this.#scenario, next)
      const kept = changed.every((key) => light.has(key))
      if (changed.length > 0) await this.#mock.scenario.load(next, { keep: kept })
      this.#scenario = next
      this.#isBroken = false
      if (changed.length > 0 || wasBroken) this.#voice.reload?.({ files, changed, kept, restart: [] })
    } catch (error) {
      this.#isBroken = true
      this.#voice.error(`${(error as Error).message}\nWhat was in force before goes on.`)
    }
  }

  /** Reads the scenario as its files are now; they are known also where they are wrong. */
  async #read(): Promise<Source> {
    const files = new Set<string>()
    try {
      return await readScenarioSet(this.#settings, { fresh: true, reads: (path) => files.add(resolve(path)) })
    } finally {
      this.#scenarioFiles = [...files]
    }
  }

  /** Reads the config file, if it is among those that changed; gives back what waits for a restart. */
  async #readConfig(paths: ReadonlySet<string>): Promise<string[]> {
    const { config, values: before } = this.#settings
    const given = jsonFiles(before)
      .filter((file) => paths.has(file))
      .map(shownPath)
    if (config === undefined || !paths.has(resolve(config))) return given
    this.#settings = await readSettings(this.#line, { config, fresh: true })
    const { values: after } = this.#settings
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])] as Name[]
    return [...names.filter((name) => name !== 'scenario' && !isDeepStrictEqual(before[name], after[name])), ...given]
  }
}

/** JSON files that stand beside the scenario, not in it: options outweigh it for as long as the mock lives. */
const jsonFiles = ({ fixtures = [] }: Settings['values']) =>
  fixtures.flatMap((one) => (typeof one === 'string' && one.endsWith('.json') ? resolve(one) : []))

const written = (source: Source): ScenarioInput => (typeof source === 'string' ? scenarios[source] : source)

/** The keys in which two scenarios differ. */
export function changesOf(before: Source, after: Source): string[] {
  const [one, other] = [before, after].map((source) => new Map<string, unknown>(Object.entries(written(source))))
  const keys = new Set([...(one?.keys() ?? []), ...(other?.keys() ?? [])])
  return [...keys].filter((key) => !isDeepStrictEqual(one?.get(key), other?.get(key)))
}
