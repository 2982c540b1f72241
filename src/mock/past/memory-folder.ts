import type { LocalFolder } from '../../engine/local-folder.ts'
import { shown } from '../../engine/messages.ts'

/** A folder in memory, in place of one that a recorded world had on the disk of its machine. */
export function memoryFolder(url: string): LocalFolder {
  const files = new Map<string, Uint8Array>()
  const isWithin = (file: string) => file === url || file.startsWith(`${url}/`)
  return {
    url,
    problemOf: (file) => (isWithin(file) ? undefined : `must be ${url} or lie below it, got ${shown(file)}`),
    write: (objects) => {
      for (const object of objects) files.set(object.url, object.bytes)
    },
    read: (file) => files.get(file),
    delete: (file) => void files.delete(file),
  }
}
