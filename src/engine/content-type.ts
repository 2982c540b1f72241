const contentTypes: Readonly<Record<string, string>> = {
  json: 'application/json',
  png: 'image/png',
  sqlite: 'application/vnd.sqlite3',
  txt: 'text/plain; charset=utf-8',
}

/** The Content-Type of an object by its extension; of one without an extension that of text. */
export const contentTypeOf = (extension: string | null) =>
  contentTypes[extension ?? 'txt'] ?? 'application/octet-stream'
