const contentTypes: Readonly<Record<string, string>> = {
  gif: 'image/gif',
  heic: 'image/heic',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  json: 'application/json',
  mov: 'video/quicktime',
  mp4: 'video/mp4',
  pdf: 'application/pdf',
  png: 'image/png',
  sqlite: 'application/vnd.sqlite3',
  txt: 'text/plain; charset=utf-8',
}

/** The Content-Type of an object by its extension; of one without an extension that of text. */
export const contentTypeOf = (extension: string | null) =>
  contentTypes[extension ?? 'txt'] ?? 'application/octet-stream'
