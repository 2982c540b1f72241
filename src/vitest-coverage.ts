import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { coverageTable } from './control/coverage.ts'
import { messageOf } from './engine/thrown.ts'
import { readCoverage } from './mock/coverage-files.ts'

/** The parts of a project of Vitest that are used: the declarations need no Vitest. */
interface Project {
  readonly config: { readonly provide: { readonly ricloudCoverage?: string } }
  readonly vitest: { readonly logger: { log(text: string): void } }
  provide(name: 'ricloudCoverage', folder: string): void
}

/**
 * For `globalSetup` of Vitest: prints what all tests together met once they have ended. The coverage is kept if the
 * configuration names a folder for it, `provide: { ricloudCoverage: 'coverage/ricloud' }`.
 */
export async function setup(project: Project): Promise<() => Promise<void>> {
  const { ricloudCoverage: kept } = project.config.provide
  const folder = kept ?? (await mkdtemp(join(tmpdir(), 'ricloud-mock-coverage-')))
  project.provide('ricloudCoverage', folder)
  return async () => {
    const { logger } = project.vitest
    try {
      logger.log(coverageTable(readCoverage([folder])))
    } catch (error) {
      logger.log(messageOf(error))
    }
    if (kept === undefined) await rm(folder, { recursive: true, force: true })
  }
}
