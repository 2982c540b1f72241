import {
  Composer,
  CST,
  type Document,
  type ErrorCode,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  Parser,
  visit,
} from 'yaml'
import { deepest } from '../../engine/depth.ts'
import type { PlaceOf, Problem } from '../../engine/place.ts'

/** How many values the aliases of a file may stand for, each for all that is within its anchor. */
const mostAliased = 100_000

/** What is wrong with a text, and where. */
interface Mistake {
  /** The library's, or one of our own. */
  readonly code: ErrorCode | 'TOO_DEEP' | 'BAD_EXPANSION'
  readonly offset: number
  readonly what: string
}

/** A text of YAML, of which JSON is a part. */
export interface YamlText {
  readonly problems: readonly (Problem & { readonly code: Mistake['code'] })[]
  readonly placeOf: PlaceOf
  /** What is written in it, if there are no problems; undefined if the text is empty. */
  value(): unknown
}

/** Our words for errors of the library whose own ones would show a part of the text, or name a function of it. */
const worded: { readonly [Code in ErrorCode]?: string } = {
  MULTIPLE_DOCS: 'a second document begins here; a file has one',
  TAG_RESOLVE_FAILED: 'this tag (!) cannot be used here; put text that begins with ! in quotes',
  BAD_COLLECTION_TYPE: 'this tag (!) cannot be used here',
  BAD_DIRECTIVE: 'this directive (%) cannot be used',
  BAD_ALIAS: 'this cannot be an alias (*) or an anchor (&); put text that begins with * or & in quotes',
  BAD_DQ_ESCAPE: 'there is no such escape sequence (\\) in double quotes; single quotes have none',
}

/** What is added to words of the library that do not say where the mistake often is. */
const hints: { readonly [Code in ErrorCode]?: string } = {
  BLOCK_AS_IMPLICIT_KEY: 'often a line below it is indented too far, or text with a colon is not in quotes',
  MULTILINE_IMPLICIT_KEY: 'often this line or one below it has a wrong indentation, or lacks a colon',
}

/** Warnings of the library by which a value is not what was written. */
const seriousWarnings: ReadonlySet<string> = new Set<ErrorCode>([
  'TAG_RESOLVE_FAILED',
  'BAD_COLLECTION_TYPE',
  'BAD_ALIAS',
])

/** Parses YAML, and finds everything that is wrong with it. */
export function readYaml(text: string): YamlText {
  const lines = new LineCounter()
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
  const { document, mistakes } = compose(text, lines)
  if (document && mistakes.length === 0) mistakes.push(...expandAliases(document))
  return {
    problems: mistakes.map(({ code, offset, what }) => ({ code, position: place(offset), what })),
    placeOf: (path, isKey) => {
      const offset = document && offsetOf(document, path, isKey)
      return offset === undefined ? undefined : place(offset)
    },
    value: () => (!document || isEmpty(document) ? undefined : document.toJS()),
  }
}

/** @returns no document if the text is nested too deep */
function compose(text: string, lines: LineCounter): { document?: Document; mistakes: Mistake[] } {
  lines.addNewLine(0)
  const parser = new Parser(lines.addNewLine)
  const tokens: CST.Token[] = []
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme))
    // A level takes one or two places.
    if (parser.stack.length > 2 * deepest) return { mistakes: [tooDeep(parser.offset)] }
  }
  tokens.push(...parser.end())
  // The library would print its warnings, and look for equal keys in a time that grows with the square of their number.
  const composer = new Composer({ logLevel: 'error', uniqueKeys: false })
  const documents: Iterable<Document> = composer.compose(tokens, true, text.length)
  const [document, second] = documents
  const { errors = [], warnings = [] } = document ?? {}
  const openings = tokens.flatMap((token) => [...unclosedIn(token)])
  const mistakes = [...errors, ...warnings.filter(({ code }) => seriousWarnings.has(code))].map(
    ({ code, pos, message }): Mistake => {
      const opening = lacksEnd.test(message) ? openings.shift() : undefined
      if (opening) return notClosed(code, opening, lines.linePos(pos[0]))
      // What follows such a colon is a part of the text, which may hold a password.
      const words = worded[code] ?? message.replace(/(?<! ): .*/s, '')
      return { code, offset: pos[0], what: [words, hints[code] ?? []].flat().join('; ') }
    },
  )
  if (document) mistakes.push(...duplicateKeys(document))
  if (second?.range) mistakes.push({ code: 'MULTIPLE_DOCS', offset: second.range[0], what: worded.MULTIPLE_DOCS ?? '' })
  return { ...(document && { document }), mistakes }
}

/** What the library says of a bracket or a quotation mark that is not closed; its place is where the end is missing. */
const lacksEnd = /^Missing closing |end with a [\]}]$/

/** The bracket or the quotation mark that begins a value. */
interface Opening {
  readonly offset: number
  readonly character: string
}

/** What is not closed within a token, in the order in which the library complains. */
function* unclosedIn(token: CST.Token | null | undefined): Generator<Opening> {
  if (!token) return
  if (token.type === 'document') yield* unclosedIn(token.value)
  if (CST.isCollection(token)) {
    for (const { key, value } of token.items) {
      yield* unclosedIn(key)
      yield* unclosedIn(value)
    }
  }
  if (token.type === 'flow-collection') {
    const { source: character, offset } = token.start
    if (token.end[0]?.source !== closing(character)) yield { offset, character }
  } else if (token.type === 'single-quoted-scalar' || token.type === 'double-quoted-scalar') {
    const { source, offset } = token
    const character = source.charAt(0)
    if (source.length === 1 || !source.endsWith(character)) yield { offset, character }
  }
}

const closing = (opening: string) => ({ '{': '}', '[': ']' })[opening] ?? opening

const notClosed = (
  code: Mistake['code'],
  { offset, character }: Opening,
  { line, col }: { readonly line: number; readonly col: number },
): Mistake => ({
  code,
  offset,
  what: `this ${character} is not closed: there is no ${closing(character)} up to ${line}:${col}`,
})

/** The keys that the same mapping has already. */
function duplicateKeys(document: Document): Mistake[] {
  const mistakes: Mistake[] = []
  visit(document, {
    Map: (_, { items }) => {
      const known = new Set<unknown>()
      for (const { key } of items) {
        if (!isScalar(key)) continue
        const what = 'keys must be unique, and this one is given twice'
        if (known.has(key.value)) mistakes.push({ code: 'DUPLICATE_KEY', offset: offsetIn(key), what })
        known.add(key.value)
      }
    },
  })
  return mistakes
}

const tooDeep = (offset: number): Mistake => ({
  code: 'TOO_DEEP',
  offset,
  what: `it is nested deeper than ${deepest} levels`,
})

const isEmpty = ({ contents }: Document) => contents === null || (isScalar(contents) && contents.source === '')

const offsetIn = ({ range }: Node) => range?.[0] ?? 0

/**
 * Puts what each alias stands for in its place. The library does the same while it makes values, but takes a time that
 * grows with the square of the number of aliases, and by default refuses more than a hundred of them.
 */
function expandAliases(document: Document): Mistake[] {
  const mistakes: Mistake[] = []
  const anchors = new Map<string, Node>()
  let written = 0
  let lastAlias = 0
  const refuse = (offset: number, what: string) => mistakes.push({ code: 'BAD_EXPANSION', offset, what })
  visit(document, {
    Node: (key, node, path) => {
      written++
      if (!isAlias(node)) {
        if (node.anchor) anchors.set(node.anchor, node)
        return
      }
      const target = anchors.get(node.source)
      const parent = path.at(-1)
      lastAlias = offsetIn(node)
      if (!target) refuse(lastAlias, 'no anchor (&) comes before this alias (*); put text that begins with * in quotes')
      else if (path.includes(target)) refuse(lastAlias, 'this alias (*) lies within what it stands for')
      else if (isPair(parent)) Object.assign(parent, { [String(key)]: target })
      else if (isSeq(parent)) parent.items[key as number] = target
    },
  })
  if (mistakes.length > 0 || lastAlias === 0) return mistakes
  let expanded = 0
  visit(document, {
    Node: (_, _node, path) => {
      // Each level has an entry of its own in a path, and each value of a mapping one for its key.
      if (path.length > 2 * deepest) mistakes.push(tooDeep(lastAlias))
      else if (++expanded > written + mostAliased)
        refuse(lastAlias, `the aliases (*) up to here stand for more than ${mostAliased} values`)
      return mistakes.length > 0 ? visit.BREAK : undefined
    },
  })
  return mistakes
}

/** Where the value at a path is written, or its key; a missing one is where it is missing. */
function offsetOf(document: Document, path: readonly PropertyKey[], isKey = false): number | undefined {
  const holder: unknown = document.getIn(path.slice(0, -1), true)
  const pair =
    isKey && isMap(holder) ? holder.items.find(({ key }) => isScalar(key) && key.value === path.at(-1)) : undefined
  if (isScalar(pair?.key) && pair.key.range) return pair.key.range[0]
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as Node | undefined
    if (node?.range) return node.range[0]
  }
  return undefined
}
