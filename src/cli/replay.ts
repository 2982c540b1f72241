import { readFile, stat } from 'node:fs/promises'
import { UsageError } from '../engine/errors.ts'
import { printableLine } from '../engine/messages.ts'
import { systemReason } from '../engine/system-errors.ts'
import { counted } from '../engine/text.ts'
import { longestReplay, version as packageVersion, type ReplayFile, readReplay } from '../mock/past/replay-file.ts'
import { type Replayed, replayWorld } from '../mock/past/replay-world.ts'
import { definition, type RicloudMock } from '../mock/ricloud.ts'
import { type CommandLine, isOn, textOf } from './command-line.ts'
import { requestLine } from './log-line.ts'
import { options } from './options.ts'
import { Output, paintFor, printMessage, printResult, takesColours } from './output.ts'
import { stderrReporter } from './reporter.ts'
import { closeWithReport, serveWithReporter } from './server.ts'
import { readSettings } from './settings.ts'
import { firstSignal } from './start.ts'
import { testOf } from './test-text.ts'

/**
 * Replays the file of a world. Resolves to 0, to 1 if something differs from the file, and to 2 if it cannot be replayed.
 */
export async function replayCommand(line: CommandLine): Promise<number> {
  const [name, ...others] = line.words
  if (name === undefined || others.length > 0) {
    throw new Error('replay takes one file, which a failed test left: ricloud-mock replay one.replay.json')
  }
  if (isOn(line, 'serve') && isOn(line, 'print-test'))
    throw new Error('replay takes --serve or --print-test, not both.')
  const text = textOf(line, 'until')
  const until = text === undefined ? undefined : options.until.type.read(text, '--until')
  try {
    const file = await readFileOf(name)
    const replayed = await replayWorld(definition, file, { until })
    if (isOn(line, 'print-test')) await printResult(testOf(file, replayed))
    else if (!isOn(line, 'quiet')) await printCalls(file, replayed, until)
    const { difference } = replayed
    if (difference !== undefined) await printMessage(`ricloud-mock: ${printableLine(difference)}${writtenBy(file)}`)
    return isOn(line, 'serve') ? await serveWorld(line, replayed) : difference === undefined ? 0 : 1
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    await printMessage(`ricloud-mock: ${error.message}`)
    return 2
  }
}

async function readFileOf(name: string): Promise<ReplayFile> {
  try {
    // Each character has a byte at least.
    if ((await stat(name)).size > 4 * longestReplay)
      throw new UsageError(`${name} cannot be replayed: it is too large.`)
    return readReplay(await readFile(name, 'utf8'), name)
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${name} cannot be read: ${systemReason(error)}.`)
  }
}

/** What wrote a file, if it was another version, which may answer otherwise. */
const writtenBy = ({ ricloud_mock: writer }: ReplayFile) =>
  writer === packageVersion ? '' : ` The file was written by version ${writer}, and this is ${packageVersion}.`

async function printCalls(
  { test }: ReplayFile,
  { mock, difference }: Replayed<RicloudMock>,
  until: number | undefined,
): Promise<void> {
  const out = new Output(process.stdout)
  const paint = paintFor(takesColours(process.stdout, process.env))
  const requests = mock.requests.list()
  for (const request of requests) {
    out.printPainted(`${String(request.id).padStart(4)}  ${requestLine(request, null, paint)}`)
  }
  const name = test === null ? '' : ` of "${printableLine(test)}"`
  const calls = counted(requests.length, 'call')
  const result =
    difference !== undefined ? ', and something differs' : until === undefined ? ' to the same answers and records' : ''
  out.print(`Replayed ${calls}${name}${result}. It is ${mock.clock.now()}.`)
  await out.flush()
  out.failed.throwIfAborted()
}

/** Serves a world until a signal comes. */
async function serveWorld(line: CommandLine, { mock, goOn }: Replayed<RicloudMock>): Promise<number> {
  const settings = await readSettings(line)
  const { port, s3Port, gcsPort, host } = settings.values
  const { started, ...reporter } = stderrReporter()
  const server = await serveWithReporter({ port, s3Port, gcsPort, host }, reporter, settings, mock)
  goOn()
  const stopping = firstSignal(server)
  if (!isOn(line, 'quiet')) started(server, settings)
  await reporter.flush()
  await stopping
  const passed = await closeWithReport(server, reporter)
  await reporter.flush()
  return passed ? 0 : 2
}
