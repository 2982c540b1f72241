import type { StreamMessage } from '../control/stream.ts'
import { printableLine } from '../engine/messages.ts'
import type { Report } from '../scenario/report.ts'
import { banner, generatedControlToken, type StartedServer } from './banner.ts'
import { changeLine, requestLine, storeLine } from './log-line.ts'
import { Output, type Paint, paintFor, takesColours } from './output.ts'
import type { Settings } from './settings.ts'

/** What a change of watched files led to. */
export interface Reload {
  readonly files: readonly string[]
  /** Keys of the scenario that differ, and apply now. */
  readonly changed: readonly string[]
  /** Whether records and clock stayed as they were. */
  readonly kept: boolean
  /** Settings that differ, and apply after a restart; reported apart from the rest. */
  readonly restart: readonly string[]
}

/** Prints what a server does; what a reporter has no method for is not printed. */
export interface Reporter {
  started?(server: StartedServer, settings: Settings): void
  watched?(message: StreamMessage): void
  warning?(message: string): void
  reloaded?(reload: Reload): void
  /** @param isStrict whether what never fired is printed as an error too */
  finished?(report: Report, isStrict: boolean): void
  error(message: string): void
  /** Resolves once everything printed before is written. */
  flush(): Promise<void>
}

/** Prints text for people. */
export function textReporter(err: Output, paint: Paint): Required<Reporter> {
  return {
    started: (server, settings) => err.print(banner(server, settings)),
    watched: (message) => {
      if (message.kind === 'request') err.printPainted(requestLine(message.request, message.world, paint))
      if (message.kind === 'store') err.printPainted(storeLine(message, paint))
      if (message.kind === 'clock' || message.kind === 'world') err.printPainted(changeLine(message, paint))
    },
    warning: (message) => err.print(message, paint.yellow),
    reloaded: (reload) => err.print(reloadLine(reload), paint.cyan),
    finished: ({ unfired, problems }, isStrict) => {
      if (isStrict) return
      for (const what of unfired) err.print(`never fired: ${printableLine(what)}`)
      for (const what of problems) err.print(`failed: ${printableLine(what)}`)
    },
    error: (message) => err.print(message, paint.red),
    flush: () => err.flush(),
  }
}

/** Prints text on stderr, in colours where it takes them. */
export const stderrReporter = () =>
  textReporter(new Output(process.stderr), paintFor(takesColours(process.stderr, process.env)))

/** JSON without any control characters, of which it may hold those above ASCII as they are. */
const jsonLine = (line: object) =>
  JSON.stringify(line).replace(/[\x7f-\x9f]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`)

/** Prints lines of JSON for programs. */
export function jsonReporter(out: Output, err: Output): Required<Reporter> {
  const print = (line: object) => out.print(jsonLine(line))
  return {
    started: (server, settings) => {
      const { url, s3Url, gcsUrl, token, mock } = server
      const control_token = generatedControlToken(server, settings)
      print({
        url,
        s3_url: s3Url,
        gcs_url: gcsUrl,
        token,
        seed: mock.seed,
        ...(control_token !== undefined && { control_token }),
      })
    },
    watched: print,
    warning: (message) => print({ kind: 'warning', message }),
    reloaded: (reload) => print({ kind: 'reload', ...reload }),
    finished: (report) => print({ kind: 'report', ...report }),
    error: (message) => err.print(message),
    flush: async () => {
      await Promise.all([out.flush(), err.flush()])
    },
  }
}

/** `one-day.yaml changed: steps. Applied; records and clock were kept.` */
export function reloadLine({ files, changed, kept, restart }: Reload): string {
  const named = files.join(' and ')
  if (restart.length > 0) return `${named} changed: ${restart.join(', ')}. Restart to apply it.`
  if (changed.length === 0) return `${named} can be read again; nothing changed.`
  const then = kept ? 'Applied; records and clock were kept.' : 'Applied; the mock is in its initial state.'
  return `${named} changed: ${changed.join(', ')}. ${then}`
}
