import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildInto } from '../support/bundle.ts'

/**
 * The command line as it is published, in a folder of its own: what a command does not need is not loaded, and it starts
 * in a tenth of the time that the sources take.
 */
export async function bundleCommand(): Promise<{ folder: string; program: string[]; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'ricloud-mock-'))
  await buildInto(folder, 'cli')
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  return {
    folder,
    program: [join(folder, 'cli.js')],
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
