import { codeOf, messageOf } from './thrown.ts'

const reasons: Readonly<Record<string, string>> = {
  EEXIST: 'a file of that name exists already',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its links lead in a circle',
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the quota of the disk is used up',
  EROFS: 'the file system is read-only',
  EPIPE: 'its reader is gone',
  EMFILE: 'too many files and connections are open; raise the limit of this process with ulimit -n',
  ENFILE: 'too many files and connections are open in the whole system',
}

/**
 * The reason of an error of the system, as a part of a sentence; of anything else that was thrown what it says.
 *
 * @param missing what was to be there: for a file that is written, its folder
 */
export function systemReason(thrown: unknown, missing: 'file' | 'folder' = 'file'): string {
  const code = codeOf(thrown) ?? ''
  const reason = code === 'ENOENT' ? `there is no such ${missing}` : reasons[code]
  return reason === undefined ? messageOf(thrown) : `${reason} (${code})`
}
