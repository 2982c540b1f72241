import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { bundling } from '../../bundling.ts'

/** The command line as one file, as it is published, in a folder of its own: it starts in a tenth of the time that the sources take. */
export async function bundleCommand(): Promise<{ folder: string; program: string[]; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'ricloud-mock-'))
  const outfile = join(folder, 'cli.mjs')
  await build({ ...bundling, entryPoints: ['src/cli/main.ts'], outfile, external: ['node:*'], minify: true })
  return { folder, program: [outfile], remove: () => rm(folder, { recursive: true, force: true }) }
}
