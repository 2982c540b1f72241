import { UsageError } from '../engine/errors.ts'
import { printableLine } from '../engine/messages.ts'
import { seenIn } from '../recordings/compare.ts'
import { readRecordings } from '../recordings/read.ts'
import { Redactor } from '../recordings/redactor.ts'
import { type Fixture, readFixtures } from '../ricloud/fixtures.ts'
import { personal, RecordedFixture } from '../ricloud/recording.ts'
import { type CommandLine, textsOf } from './command-line.ts'
import { hostIn, recordedApi, recordingFile } from './compare.ts'
import { printMessage, printResult } from './output.ts'

/** Prints the records of recordings before their first call as a fixture: exit code 0, or 2 where nothing can be read. */
export async function printFixture(line: CommandLine): Promise<number> {
  if (line.words.length === 0)
    throw new Error('fixtures needs at least one file: ricloud-mock fixtures calls.har > mine.json')
  try {
    const recording = await readRecordings(line.words.map(recordingFile), hostIn(line))
    const { records, tokens } = seenIn(recording, recordedApi)
    const { fixture, notes } = new RecordedFixture(records, tokens)
    const redacted = new Redactor(personal, textsOf(line, 'keep')).value(fixture) as Fixture
    readFixtures([redacted])
    await printResult(JSON.stringify(redacted, null, 2))
    await printMessage(...[...recording.notes, ...notes].map((note) => `Note: ${printableLine(note)}.`))
    return 0
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    await printMessage(`ricloud-mock: ${error.message}`)
    return 2
  }
}
