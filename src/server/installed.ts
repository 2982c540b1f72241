import { createRequire } from 'node:module'
import { resolve } from 'node:path'

/**
 * A file of a package that a project may have: of the one installed for a folder, or else of the one installed beside this
 * package. Throws an Error if there is none.
 *
 * @param file the path within the package: `mockServiceWorker.js`
 */
export function findInstalled(name: string, file: string, folder: string): string {
  for (const from of [resolve(folder, 'package.json'), import.meta.url]) {
    try {
      return createRequire(from).resolve(`${name}/${file}`)
    } catch {}
  }
  throw new Error(`${name} is not installed here: npm install --save-dev ${name}`)
}
