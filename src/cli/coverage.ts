import { coverageTable } from '../control/coverage.ts'
import { readCoverage } from '../mock/coverage-files.ts'
import { type CommandLine, isOn } from './command-line.ts'
import { printResult } from './output.ts'

/** Prints what the mocks that wrote to folders met together, as a table or as JSON. */
export async function printCoverage(line: CommandLine): Promise<number> {
  if (line.words.length === 0) {
    throw new Error('coverage takes the folders that tests wrote to: ricloud-mock coverage coverage/ricloud')
  }
  const coverage = readCoverage(line.words)
  await printResult(isOn(line, 'json') ? JSON.stringify(coverage) : coverageTable(coverage))
  return 0
}
