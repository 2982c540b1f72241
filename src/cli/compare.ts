import { createReadStream } from 'node:fs'
import { UsageError } from '../engine/errors.ts'
import { type LocalFolder, localScheme } from '../engine/local-folder.ts'
import { printableLine } from '../engine/messages.ts'
import { systemReason } from '../engine/system-errors.ts'
import { counted } from '../engine/text.ts'
import { apiUrl, definition, Mock, type MockOptions } from '../mock/ricloud.ts'
import { compareRecording, type RecordedApi, type Summary } from '../recordings/compare.ts'
import type { ComparedCall } from '../recordings/compared.ts'
import { type Recording, type RecordingFile, readRecordings } from '../recordings/read.ts'
import { facts } from '../ricloud/facts.ts'
import type { Fixture } from '../ricloud/fixtures.ts'
import { callerIn, RecordedFixture, recordedScenario, tokenAttribute } from '../ricloud/recording.ts'
import { addressIn } from './address.ts'
import { type CommandLine, isOn, textOf, textsOf } from './command-line.ts'
import { Output, type Paint, paintFor, printMessage, takesColours } from './output.ts'

const { definitions, routes, errors, document } = definition.api

/** What recordings are compared with. */
export const recordedApi: RecordedApi<Fixture> = {
  definitions,
  routes,
  errors,
  facts,
  token: tokenAttribute,
  version: document.version,
  callerIn,
  initialState: ({ records, tokens }) => new RecordedFixture(records, tokens),
}

/** A file as a stream; the error of one that cannot be read names it. */
export const recordingFile = (name: string): RecordingFile => ({ name, chunks: chunksOf(name) })

async function* chunksOf(name: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(name)) yield chunk as Uint8Array
  } catch (error) {
    throw new UsageError(`${name} cannot be read: ${systemReason(error)}.`)
  }
}

/** The host whose calls are read. */
export const hostIn = (line: CommandLine) => textOf(line, 'host') ?? new URL(apiUrl).host

/**
 * Compares recordings with the mock: exit code 0, 1 with contradictions or excuses that nothing used, 2 where nothing could
 * be read or compared.
 */
export async function compare(line: CommandLine): Promise<number> {
  const out = new Output(process.stdout)
  const isJson = isOn(line, 'json')
  const paint = paintFor(!isJson && takesColours(process.stdout, process.env))
  try {
    const recording = await recordingFor(line)
    const print = (call: ComparedCall) =>
      isJson ? out.print(JSON.stringify({ kind: 'call', ...call })) : out.printPainted(callLines(call, paint))
    const summary = await compareRecording(recording, recordedApi, startMock, textsOf(line, 'excuse'), print)
    if (isJson) out.print(JSON.stringify({ kind: 'summary', ...summary }))
    else out.printPainted(summaryLines(summary, paint))
    await out.flush()
    out.failed.throwIfAborted()
    return summary.counts.contradicts > 0 || summary.unusedExcuses.length > 0 ? 1 : 0
  } catch (error) {
    await out.flush()
    if (!(error instanceof UsageError)) throw error
    await printMessage(`ricloud-mock: ${error.message}`)
    return 2
  }
}

/** The recording in the files, or what an API answers now. */
async function recordingFor(line: CommandLine): Promise<Recording> {
  const against = textOf(line, 'against')
  const token = textOf(line, 'token')
  if (against === undefined) {
    if (line.words.length > 0) return readRecordings(line.words.map(recordingFile), hostIn(line))
    throw new Error('compare needs at least one file, or --against: ricloud-mock compare calls.har')
  }
  if (line.words.length > 0) throw new Error('compare takes files or --against, not both.')
  if (token === undefined) throw new Error('--against needs --token, a token of that API.')
  const { askApi } = await import('../recordings/ask.ts')
  return { calls: await askApi(addressIn(against, '--against'), token, recordedApi.routes), notes: [] }
}

/** Any folder of a server, of which a recording shows no files. */
const anyFolder: LocalFolder = {
  url: localScheme,
  problemOf: () => undefined,
  write: () => {},
  read: () => undefined,
  delete: () => {},
}

export async function startMock(fixture: Fixture, start: string, hasFolder: boolean): Promise<Mock> {
  const options: MockOptions = {
    scenario: recordedScenario,
    fixtures: [fixture],
    clock: { start, frozen: true },
    journal: 0,
    log: () => {},
  }
  const mock = new Mock(options, {}, { folder: hasFolder ? anyFolder : undefined })
  await mock.ready
  return mock
}

/** A call as a line, with a line for each finding. */
function callLines({ call, status, verdict, why, findings, followed, place }: ComparedCall, paint: Paint): string {
  const colour =
    { agrees: paint.green, contradicts: paint.red, excused: paint.yellow }[verdict as 'agrees'] ?? paint.dim
  return [
    `${colour(verdict.padEnd(11))} ${printableLine(call)} ${status || '–'}${why ? paint.dim(` – ${printableLine(why)}`) : ''}`,
    ...followed.map((action) => paint.dim(`            ${action}, as recorded`)),
    ...findings.map(
      ({ path, text }) => `            ${printableLine(`${path} ${text}`)} ${paint.dim(`(${printableLine(place)})`)}`,
    ),
  ].join('\n')
}

function summaryLines({ counts, facts, notes, unusedExcuses }: Summary, paint: Paint): string {
  return [
    '',
    ...facts.map(({ id, evidence, text, agrees, contradicts }) => {
      const found = [
        ...(contradicts > 0
          ? [paint.red(`${counted(contradicts, 'call')} ${contradicts === 1 ? 'contradicts' : 'contradict'}`)]
          : []),
        ...(agrees > 0 ? [`${counted(agrees, 'call')} ${agrees === 1 ? 'agrees' : 'agree'}`] : []),
      ]
      return `${evidence} ${paint.bold(id)}: ${text} — ${found.join(', ')}`
    }),
    '',
    ...notes.map((note) => `Note: ${printableLine(note)}.`),
    ...unusedExcuses.map((excuse) => paint.red(`The excuse "${printableLine(excuse)}" was not needed: remove it.`)),
    Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([verdict, count]) => `${count} ${verdict}`)
      .join(', '),
  ].join('\n')
}
