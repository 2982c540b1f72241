import { JSONParser } from '@streamparser/json'
import { UsageError } from '../engine/errors.ts'
import { either, nearestFirst, shown } from '../engine/messages.ts'
import { messageOf } from '../engine/thrown.ts'
import type { RecordedCall } from './call.ts'
import { readEntry } from './har.ts'
import { readJournalLine } from './journal-line.ts'

/** A file of recorded calls: HAR 1.2, or lines of JSON. */
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
    if (read === 0)
      throw new UsageError(`${file.name} holds no calls: it is neither HAR nor lines of JSON from the journal.`)
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
  if (elsewhere > 0) notes.push(`${elsewhere} calls to other hosts were left out`)
  return { calls: calls.sort((a, b) => a.at - b.at), notes }
}

async function readFile({ name, chunks }: RecordingFile, add: (call: RecordedCall | undefined) => void): Promise<void> {
  let reader: ReturnType<typeof harReader> | undefined
  let isBegun = false
  try {
    for await (const chunk of chunks) {
      const bytes = isBegun ? chunk : withoutMark(chunk)
      reader ??= beginsHar(bytes) ? harReader(name, add) : lineReader(name, add)
      isBegun = true
      reader.write(bytes)
    }
    if (!reader) throw new UsageError(`${name} is empty.`)
    reader.end()
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(
      `${name} is neither HAR nor lines of JSON from the journal, or it is cut: ${messageOf(error).slice(0, 100)}`,
    )
  }
}

const withoutMark = (bytes: Uint8Array) => (bytes[0] === 0xef && bytes[1] === 0xbb ? bytes.subarray(3) : bytes)

/** Whether a file is HAR: an object with `log`, before the end of its first line or over several. */
const beginsHar = (bytes: Uint8Array) => /^\s*\{\s*"log"\s*:/.test(new TextDecoder().decode(bytes.subarray(0, 200)))

/** Reads each entry as it comes, and keeps none. */
function harReader(name: string, add: (call: RecordedCall | undefined) => void) {
  let count = 0
  const parser = new JSONParser({ paths: ['$.log.entries.*'], keepStack: false, stringBufferSize: 64 * 1024 })
  parser.onValue = ({ value }) => add(readEntry(value, `${name}: entry ${++count}`))
  return {
    write: (bytes: Uint8Array) => parser.write(bytes),
    end: () => {
      if (!parser.isEnded) parser.end()
      if (count === 0) throw new UsageError(`${name} is HAR without entries.`)
    },
  }
}

/** The limit of a line, in characters. */
const longestLine = 4 * 1024 * 1024

function lineReader(name: string, add: (call: RecordedCall | undefined) => void) {
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
