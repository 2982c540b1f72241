import { findInstalled } from './installed.ts'

/** The name of msw's worker script. */
export const workerFile = 'mockServiceWorker.js'

/** The script of the msw installed for a folder, or else of the one installed beside this package. Throws an Error if there is none. */
export const findWorker = (folder: string): string => findInstalled('msw', workerFile, folder)
