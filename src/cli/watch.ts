import { resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type ScenarioName, scenarios } from '../../scenarios/index.ts'
import { messageOf } from '../engine/thrown.ts'
import type { Mock } from '../mock/ricloud.ts'
import type { ScenarioInput } from '../ricloud/scenario-input.ts'
import type { CommandLine } from './command-line.ts'
import { FileWatch } from './file-watch.ts'
import type { Key } from './options.ts'
import { shownPath } from './output.ts'
import type { Reporter } from './reporter.ts'
import { readScenarioSetting, readSettings, type Settings } from './settings.ts'

type Source = ScenarioName | ScenarioInput

/** Keys of a scenario that can change while records and clock stay. */
const keepsRecords: ReadonlySet<string> = new Set(['description', 'steps', 'faults', 'accounts', 'settings'])

/** Files that are watched. */
export interface Watching {
  /** By absolute paths. */
  readonly files: readonly string[]
  close(): void
}

/**
 * Watches the scenario file, the JSON files that it names and the config file. After a change the scenario is loaded
 * again in place; one that is invalid is reported, and the previous one stays.
 *
 * @param scenario the one that the mock was made with
 */
export async function watchSources(
  line: CommandLine,
  settings: Settings,
  scenario: Source,
  mock: Mock,
  reporter: Reporter,
): Promise<Watching> {
  const watch = new FileWatch((changed) => void enqueue(changed))
  const sources = new Sources(line, settings, scenario, mock, reporter, (file) => watch.add(file))
  let queue = Promise.resolve()
  const enqueue = (changed: ReadonlySet<string>) => {
    queue = queue.then(async () => {
      await sources.reload(changed)
      for (const file of sources.files) watch.add(file)
      watch.keepOnly(new Set(sources.files))
    })
    return queue
  }
  for (const file of sources.files) watch.add(file)
  // Reads the scenario once more, for changes since it was read first, and for the files that it names.
  await enqueue(new Set())
  return { files: sources.files, close: () => watch.close() }
}

/** The files that a running mock was made from, and what was last read from them. */
class Sources {
  #scenarioFiles: readonly string[] = []
  #isBroken = false

  /**
   * @param scenario the one that is loaded
   * @param beforeRead called with the absolute path of each file of the scenario before it is read, so that no change
   *   after that is missed
   */
  constructor(
    readonly line: CommandLine,
    public settings: Settings,
    public scenario: Source,
    readonly mock: Mock,
    readonly reporter: Reporter,
    readonly beforeRead: (file: string) => void,
  ) {}

  /** By absolute paths. */
  get files(): readonly string[] {
    const { config, values } = this.settings
    return [...(config === undefined ? [] : [resolve(config)]), ...this.#scenarioFiles, ...jsonFiles(values)]
  }

  /** Applies what can be applied, and reports it. */
  async reload(paths: ReadonlySet<string>): Promise<void> {
    const files = Array.from(paths.size > 0 ? paths : this.#scenarioFiles, shownPath)
    const wasBroken = this.#isBroken
    try {
      const restart = await this.#readConfig(paths)
      if (restart.length > 0) this.reporter.reloaded?.({ files, changed: [], kept: true, restart })
      const next = await this.#read()
      const changed = changesOf(this.scenario, next)
      const kept = changed.every((key) => keepsRecords.has(key))
      if (changed.length > 0) await this.mock.setUp(next, { keep: kept })
      this.scenario = next
      this.#isBroken = false
      if (changed.length > 0 || wasBroken) this.reporter.reloaded?.({ files, changed, kept, restart: [] })
    } catch (error) {
      this.#isBroken = true
      this.reporter.error(`${messageOf(error)}\nThe previous scenario stays.`)
    }
  }

  /** Reads the scenario as its files are now; also notes its files where they are invalid. */
  async #read(): Promise<Source> {
    const files = new Set<string>()
    const reads = (path: string) => {
      files.add(resolve(path))
      this.beforeRead(resolve(path))
    }
    try {
      return await readScenarioSetting(this.settings, { fresh: true, reads })
    } finally {
      this.#scenarioFiles = [...files]
    }
  }

  /** Reads the config file, if it is among those that changed; returns the settings that need a restart. */
  async #readConfig(paths: ReadonlySet<string>): Promise<string[]> {
    const { config, values: before } = this.settings
    const changedFixtures = jsonFiles(before)
      .filter((file) => paths.has(file))
      .map(shownPath)
    if (config === undefined || !paths.has(resolve(config))) return changedFixtures
    this.settings = await readSettings(this.line, { config, isFresh: true })
    const { values: after } = this.settings
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])] as Key[]
    return [
      ...keys.filter((key) => key !== 'scenario' && !isDeepStrictEqual(before[key], after[key])),
      ...changedFixtures,
    ]
  }
}

/** JSON files of the `fixtures` setting, which takes precedence over the scenario's for as long as the mock exists. */
const jsonFiles = ({ fixtures = [] }: Settings['values']) =>
  fixtures.flatMap((one) => (typeof one === 'string' && one.endsWith('.json') ? resolve(one) : []))

const inputOf = (source: Source): ScenarioInput => (typeof source === 'string' ? scenarios[source] : source)

/** The keys in which two scenarios differ. */
export function changesOf(before: Source, after: Source): string[] {
  const [one, other] = [before, after].map((source) => new Map<string, unknown>(Object.entries(inputOf(source))))
  const keys = new Set([...(one?.keys() ?? []), ...(other?.keys() ?? [])])
  return [...keys].filter((key) => !isDeepStrictEqual(one?.get(key), other?.get(key)))
}
