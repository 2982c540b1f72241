/** An object with its URL, `local://` and an absolute path as it is, not encoded (observed: the client copies that file). */
export interface LocalObject {
  readonly url: string
  readonly bytes: Uint8Array
}

/** A folder of the disk below which objects at `local://` URLs are files. Only what runs in Node has one. */
export interface LocalFolder {
  /** Its own URL, without a slash at the end. */
  readonly url: string
  /** Why no object may lie below a URL; undefined if some may. */
  problemOf(url: string): string | undefined
  /** Writes each file whole, in place of an older one, or none of them. Throws an Error that says why. */
  write(objects: readonly LocalObject[]): void
  /** The bytes of a file; undefined if there is none. */
  read(url: string): Uint8Array | undefined
  delete(url: string): void
}

export const localScheme = 'local://'

export const isLocal = (url: string) => url.startsWith(localScheme)
