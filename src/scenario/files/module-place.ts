import { fork } from 'node:child_process'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nameOf, stackOf } from '../../engine/thrown.ts'

/** A place in a file. */
interface Place {
  readonly file: string
  readonly line: string
  readonly column: string
}

/** How much of a stack is looked at, in characters. */
const longest = 10_000

/** How long Node may take to compile a module, in milliseconds. */
const patience = 10_000

/**
 * Where the import of a module failed, for a message about it.
 *
 * @param path the absolute path of the module
 * @returns what the message begins with where the place is in the module itself: `3:17 `; what it ends with where it is in
 *   another file: ` (other.mjs:3:17)`; and neither if the place is unknown
 */
export async function placeOfFailure(
  path: string,
  error: unknown,
): Promise<{ readonly before: string; readonly after: string }> {
  const thrown = placeIn(stackOf(error).slice(0, longest), path)
  const found = thrown ?? (nameOf(error) === 'SyntaxError' ? placeIn(await compilerOutput(path), path) : undefined)
  if (!found) return { before: '', after: '' }
  const position = `${found.line}:${found.column}`
  return found.file === path
    ? { before: `${position} `, after: '' }
    : { before: '', after: ` (${relative('.', found.file)}:${position})` }
}

/** A frame of a stack: `at load (file:///a.mjs?1:3:17)`. */
const frame = /^ +at (?:async )?(?:[^(]*\()?((?:file:\/\/)?\/(?:[A-Za-z]:)?[^\s():?]+)(?:\?[^\s():]*)?:(\d+):(\d+)\)?$/
/** The first line of a stack where Node shows a line of the text below it: `file:///a.mjs:3`. */
const head = /^((?:file:\/\/)?\/(?:[A-Za-z]:)?[^\s:?]+)(?:\?[^\s:]*)?:(\d+)$/
/** A frame of what imports: the frames after it are those of whoever asked for the import. */
const importer = /[\\/]node_modules[\\/]|\(node:internal\/modules\//

/**
 * The place where a stack begins: what Node shows, or the first frame within the module, or else the first one of a file
 * that it imports.
 */
function placeIn(stack: string, path: string): Place | undefined {
  const lines = stack.split('\n')
  const [, shown, line] = head.exec(lines[0] ?? '') ?? []
  if (shown !== undefined && line !== undefined) {
    const mark = lines.find((line) => /^ *\^+$/.test(line))
    return { file: fileOf(shown), line, column: mark === undefined ? '1' : String(mark.indexOf('^') + 1) }
  }
  const end = lines.findIndex((line) => importer.test(line))
  const places = lines.map((line) => {
    const [, file, row, column] = frame.exec(line) ?? []
    return file === undefined || row === undefined || column === undefined
      ? undefined
      : { file: fileOf(file), line: row, column }
  })
  return (
    places.find((place) => place?.file === path) ?? places.slice(0, end < 0 ? undefined : end).find((place) => place)
  )
}

const fileOf = (text: string) => (text.startsWith('file:') ? fileURLToPath(text) : text)

/**
 * What Node prints about a module that cannot be compiled, or imports one: the error itself does not say where it is.
 * Nothing is run, unless what cannot be compiled is imported while the module runs.
 */
async function compilerOutput(path: string): Promise<string> {
  const child = fork(path, [], { silent: true, timeout: patience })
  let said = ''
  child.stdout?.resume()
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < longest) said += text
  })
  await new Promise((resolve) => child.on('close', resolve).on('error', resolve))
  return said
}
