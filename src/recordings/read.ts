import { JSONParser } from '@streamparser/json'
import { UsageError } from '../engine/errors.ts'
import { either, nearestFirst, shown } from '../engine/messages.ts'
import { counted } from '../engine/text.ts'
import { messageOf } from '../engine/thrown.ts'
import type { RecordedCall } from './call.ts'
import { readEntry } from './har.ts'
import { readJournalLine } from './journal-line.ts'

/** A file of recorded calls: HAR 1.2, or requests of the journal as lines of JSON, an array, or an answer of the control API. */
export interface RecordingFile {
  readonly name: string
  readonly chunks: AsyncIterable<Uint8Array>
}

/** The calls of recordings, in the order in which they were sent. */
export interface Recording {
  readonly calls: readonly RecordedCall[]
  /** What was left out, and how often. */
  readonly notes: readonly string[]
}

/** The limits of calls and of the characters of all answers: memory is bounded. */
const mostCalls = 100_000
const longestAnswers = 16 * 1024 * 1024

/**
 * Reads recordings as streams.
 *
 * @param host of the calls that are read; those of a journal have none
 * @throws UsageError for a file that is no recording, or without a call to the host
 */
export async function readRecordings(files: readonly RecordingFile[], host: string): Promise<Recording> {
  const calls: RecordedCall[] = []
  const others = new Map<string, number>()
  const notes: string[] = []
  let length = 0
  const bounded = (call: RecordedCall): RecordedCall => {
    length += call.length
    return length > longestAnswers ? { ...call, answer: { unread: 'the recording is too large' } } : call
  }
  for (const file of files) {
    let unread = 0
    let read = 0
    let isTooLong = false
    const add = (call: RecordedCall | undefined) => {
      if (call) read++
      if (!call) unread++
      else if (call.host !== '' && call.host !== host) others.set(call.host, (others.get(call.host) ?? 0) + 1)
      else if (calls.length < mostCalls) calls.push(bounded(call))
      else isTooLong = true
    }
    await readFile(file, add)
    if (read === 0) throw new UsageError(`${file.name} holds no calls: it is neither HAR nor requests of the journal.`)
    if (unread > 0) notes.push(`${file.name}: ${unread} entries or lines are no calls`)
    if (isTooLong) notes.push(`${file.name}: only ${mostCalls} calls are read`)
  }
  if (calls.length === 0) {
    const hosts = [...others.keys()].slice(0, 10)
    const hint =
      hosts.length > 0
        ? nearestFirst(host, hosts, `there are calls to ${either(hosts)}: name the right one with --host`)
        : '.'
    throw new UsageError(`No calls to ${shown(host)} are recorded${hint}`)
  }
  const elsewhere = [...others.values()].reduce((sum, count) => sum + count, 0)
  if (elsewhere > 0)
    notes.push(`${counted(elsewhere, 'call')} to other hosts ${elsewhere === 1 ? 'was' : 'were'} left out`)
  return { calls: calls.sort((a, b) => a.at - b.at), notes }
}

async function readFile({ name, chunks }: RecordingFile, add: Add): Promise<void> {
  let reader: ReturnType<typeof lineReader> | undefined
  let isBegun = false
  try {
    for await (const chunk of chunks) {
      const bytes = isBegun ? chunk : withoutMark(chunk)
      reader ??= readerFor(bytes)(name, add)
      isBegun = true
      reader.write(bytes)
    }
    if (!reader) throw new UsageError(`${name} is empty.`)
    reader.end()
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(
      `${name} is neither HAR nor requests of the journal, or it is cut: ${messageOf(error).slice(0, 100)}`,
    )
  }
}

const withoutMark = (bytes: Uint8Array) => (bytes[0] === 0xef && bytes[1] === 0xbb ? bytes.subarray(3) : bytes)

/** The reader of a file by the beginning of its value, which may be spread over several lines. */
function readerFor(bytes: Uint8Array) {
  const [, key] = /^\s*(?:\{\s*"(log|requests|count)"\s*:|\[)/.exec(
    new TextDecoder().decode(bytes.subarray(0, 200)),
  ) ?? ['none', 'line']
  if (key === 'line') return lineReader
  return key === 'log' ? harReader : key === undefined ? arrayReader : answerReader
}

type Add = (call: RecordedCall | undefined) => void

/** Reads each value at a path as it comes, and keeps none. */
function valueReader(path: string, onValue: (value: unknown, number: number) => void, onEmpty = () => {}) {
  let count = 0
  const parser = new JSONParser({ paths: [path], keepStack: false, stringBufferSize: 64 * 1024 })
  parser.onValue = ({ value }) => onValue(value, ++count)
  return {
    write: (bytes: Uint8Array) => parser.write(bytes),
    end: () => {
      if (!parser.isEnded) parser.end()
      if (count === 0) onEmpty()
    },
  }
}

const harReader = (name: string, add: Add) =>
  valueReader(
    '$.log.entries.*',
    (value, number) => add(readEntry(value, `${name}: entry ${number}`)),
    () => {
      throw new UsageError(`${name} is HAR without entries.`)
    },
  )

const requestReader = (path: string) => (name: string, add: Add) =>
  valueReader(path, (value, number) => add(readJournalLine(value, `${name}: request ${number}`)))

/** An answer of `GET /_mock/requests` or `POST /_mock/requests/verify`. */
const answerReader = requestReader('$.requests.*')
const arrayReader = requestReader('$.*')

/** The limit of a line, in characters. */
const longestLine = 4 * 1024 * 1024

function lineReader(name: string, add: Add) {
  const decoder = new TextDecoder()
  let rest = ''
  let number = 0
  const line = (text: string) => {
    number++
    if (text.trim() !== '') add(readJournalLine(JSON.parse(text), `${name}: line ${number}`))
  }
  return {
    write: (bytes: Uint8Array) => {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      for (const text of lines) line(text)
      if (rest.length > longestLine) throw new UsageError(`${name} is no recording: line ${number + 1} does not end.`)
    },
    end: () => line(rest + decoder.decode()),
  }
}
