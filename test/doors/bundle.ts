import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the command, bundled for a run of the tests. */
    readonly bundle: string
  }
}

/** Whether dist is known to be of these sources: set after a build. */
const { BUILT } = process.env

/**
 * Bundles the command as it is published, once for each run of the tests: it starts in a tenth of the time that the
 * sources take. Test files find it through `bundled.ts`.
 */
export async function setup({ config, provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'ricloud-mock-'))
  if (config.env.TARGET === 'dist' || BUILT) await cp('dist', folder, { recursive: true })
  else {
    // It loads the bundler's configuration, and with it the sources.
    const { buildInto } = await import('../support/bundle.ts')
    for (const name of ['cli', 'command'] as const) await buildInto(folder, name)
  }
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  provide('bundle', folder)
  return () => rm(folder, { recursive: true, force: true })
}
