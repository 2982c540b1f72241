import { createRequire } from 'node:module'
import { resolve } from 'node:path'

/** The name of msw's worker script. */
export const workerFile = 'mockServiceWorker.js'

/** The script of the msw installed for a folder, or else of the one installed beside this package. Throws an Error if there is none. */
export function findWorker(folder: string): string {
  for (const from of [resolve(folder, 'package.json'), import.meta.url]) {
    try {
      return createRequire(from).resolve(`msw/${workerFile}`)
    } catch {}
  }
  throw new Error('msw is not installed here: npm install --save-dev msw')
}
