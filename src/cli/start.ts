import type { StandaloneServer } from '../standalone.ts'
import type { Line } from './line.ts'
import { serveOptions } from './options.ts'
import { Output } from './output.ts'
import { machineVoice, type Reporter } from './reporter.ts'
import { closeAloud, onSignals, ownVoice, serveAloud } from './running.ts'
import { readSettings } from './settings.ts'

/**
 * Starts a server, says where it is, and tells what happens until Ctrl-C or SIGTERM: exit code 0, or 2 if a strict
 * scenario did not come to pass. A second signal ends running answers too.
 */
export async function start(line: Line): Promise<number> {
  const settings = await readSettings(line)
  const { json = false, quiet = false } = settings.values
  const voice = voiceFor(json, quiet)

  const options = await serveOptions(settings)
  const server = await serveAloud(options, voice, settings)
  const watched = { source: options.scenario, mock: server.mock }
  const watching = settings.values.watch
    ? await (await import('./watch.ts')).watchSources(line, settings, watched, voice)
    : undefined
  const asked = askedToStop(server)
  voice.greet?.(server, settings)
  if (watching?.files.length === 0) voice.warn?.('There is nothing to watch: no scenario file, and no config file.')
  // Whoever starts it waits for this.
  await voice.written()
  await asked
  watching?.close()
  // The terminal has written ^C.
  if (process.stderr.isTTY && !json && !quiet) process.stderr.write('\n')
  const passed = await closeAloud(server, voice)
  await voice.written()
  return passed ? 0 : 2
}

/** Resolves at the first signal, which lets running answers end; any other cuts them. */
function askedToStop(server: StandaloneServer): Promise<void> {
  return new Promise((asked) => {
    let isAsked = false
    onSignals(() => {
      if (isAsked) server.close({ now: true }).catch(() => {})
      isAsked = true
      asked()
    })
  })
}

/** Quietly: errors alone, and for machines where the server is. */
function voiceFor(json: boolean, quiet: boolean): Reporter {
  const err = new Output(process.stderr)
  const voice = json ? machineVoice(new Output(process.stdout), err) : ownVoice(err)
  if (!quiet) return voice
  const { greet, error, written } = voice
  return json ? { greet, error, written } : { error, written }
}
