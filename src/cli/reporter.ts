import type { StreamMessage } from '../control/stream.ts'
import type { Report } from '../scenario/report.ts'
import { banner, type Greeted } from './banner.ts'
import type { Output } from './output.ts'
import type { Paint } from './paint.ts'
import { requestLine } from './request-line.ts'
import type { Settings } from './settings.ts'

/** What a change of watched files led to. */
export interface Reload {
  readonly files: readonly string[]
  /** Keys of the scenario that differ, and are in force now. */
  readonly changed: readonly string[]
  /** Whether records and clock stayed as they were. */
  readonly kept: boolean
  /** Settings that differ, and wait for a restart; told apart from the rest. */
  readonly restart: readonly string[]
}

/** How a server tells what happens; of what a voice leaves out nothing is told. */
export interface Reporter {
  greet?(server: Greeted, settings: Settings): void
  see?(watched: StreamMessage): void
  /** Something that nobody should miss, and that is no fault of ours. */
  warn?(message: string): void
  reload?(reload: Reload): void
  /** @param isStrict whether what never came to pass is told as an error too */
  report?(report: Report, isStrict: boolean): void
  error(message: string): void
  /** Resolves once all that was told is out. */
  written(): Promise<void>
}

/** Tells people. */
export function humanVoice(err: Output, paint: Paint): Required<Reporter> {
  return {
    greet: (server, settings) => err.print(banner(server, settings)),
    see: (watched) => {
      if (watched.kind === 'request') err.print(requestLine(watched.request, watched.world, paint))
    },
    warn: (message) => err.print(paint.yellow(message)),
    reload: (reload) => err.print(paint.cyan(reloadLine(reload))),
    report: ({ unfired, problems }, isStrict) => {
      if (isStrict) return
      for (const what of unfired) err.print(`never happened: ${what}`)
      for (const what of problems) err.print(`failed: ${what}`)
    },
    error: (message) => err.print(paint.red(message)),
    written: () => err.written(),
  }
}

/** Tells machines, in a line of JSON for each thing. */
export function machineVoice(out: Output, err: Output): Required<Reporter> {
  const tell = (told: object) => out.print(JSON.stringify(told))
  return {
    greet: ({ url, token, controlToken, mock: { seed } }) =>
      tell({ url, token, seed, ...(controlToken !== undefined && { control_token: controlToken }) }),
    see: tell,
    warn: (message) => tell({ kind: 'warning', message }),
    reload: (reload) => tell({ kind: 'reload', ...reload }),
    report: (report) => tell({ kind: 'report', ...report }),
    error: (message) => err.print(message),
    written: async () => {
      await Promise.all([out.written(), err.written()])
    },
  }
}

/** `one-day.yaml changed: steps. In force from now; records and clock were kept.` */
export function reloadLine({ files, changed, kept, restart }: Reload): string {
  const named = files.join(' and ')
  if (restart.length > 0) return `${named} changed: ${restart.join(', ')}. This waits for a restart.`
  if (changed.length === 0) return `${named} can be read again, and says what it said before.`
  const then = kept ? 'In force from now; records and clock were kept.' : 'Everything began anew.'
  return `${named} changed: ${changed.join(', ')}. ${then}`
}
