import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'

const bundle = inject('bundle')

/** The command line as it is published, for `startCommand`. */
export const program: readonly string[] = [join(bundle, 'cli.cjs')]

/** Makes a folder that is removed after the run. */
export const makeFolder = (): string => mkdtempSync(join(bundle, 'folder-'))
