import { parseAst } from 'vite'

/** A small change to a file, which a test should notice. */
export interface Mutant {
  /** Of the file, and its place among the file's mutants. */
  readonly id: string
  readonly line: number
  readonly original: string
  readonly replacement: string
}

/** A file that can be any of its mutants: `__mutant(id)` says which one it is. */
export interface Instrumented {
  readonly code: string
  readonly mutants: readonly Mutant[]
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [name: string]: unknown
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value

const others: Readonly<Record<string, readonly string[]>> = {
  '===': ['!=='],
  '!==': ['==='],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
}
const comparisons: ReadonlySet<unknown> = new Set(['===', '!==', '<', '<=', '>', '>='])
const assignments: Readonly<Record<string, string>> = { '+=': '-=', '-=': '+=', '*=': '/=' }
/** Calls that another one could stand for, or none. */
const methods: Readonly<Record<string, string | null>> = {
  some: 'every',
  every: 'some',
  min: 'max',
  max: 'min',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  filter: null,
  reverse: null,
  toReversed: null,
  slice: null,
  sort: null,
  trim: null,
}

/** Makes a file of which each mutant can be chosen while it runs. Texts alone are left as they are. */
export function instrument(path: string, source: string): Instrumented {
  const mutants: Mutant[] = []
  const text = ({ start, end }: Node) => source.slice(start, end)
  const add = (node: Node, replacement: string) => {
    const id = `${path}#${mutants.length}`
    const line = source.slice(0, node.start).split('\n').length
    mutants.push({ id, line, original: text(node), replacement })
    return id
  }

  /** The code of a node, any of its mutants in it. */
  function write(node: Node, parent?: Node, inChain = false): string {
    const chained = node.type === 'ChainExpression' || (inChain && /^(Call|Member|TSNonNull)/.test(node.type))
    let code = ''
    let at = node.start
    for (const child of childrenOf(node)) {
      // A name may be key and value at once.
      if (child.start < at) continue
      code += source.slice(at, child.start) + write(child, node, chained)
      at = child.end
    }
    code += source.slice(at, node.end)
    if (isBody(node, parent)) return `{ if (!__mutant('${add(node, '{}')}')) ${code} }`
    // This code has no semicolons, and what is written may begin with a parenthesis.
    if (node.type === 'ExpressionStatement') return Array.isArray(parent?.body) ? `;${code}` : code
    return replacements(node, parent, inChain).reduce(
      (rest, one) => `(__mutant('${add(node, one)}') ? (${one}) : ${rest})`,
      code,
    )
  }

  const isBody = (node: Node, parent: Node | undefined) =>
    node.type === 'BlockStatement' && text(node).length > 2 && parent?.isConstructor !== true

  /** What could stand in the place of an expression. */
  function replacements(node: Node, parent: Node | undefined, inChain: boolean): string[] {
    const { operator, operands } = partsOf(node)
    const swapped =
      operands && (others[operator] ?? []).map((other) => `(${text(operands[0])}) ${other} (${text(operands[1])})`)
    const isTest = parent?.test === node && parent.type !== 'SwitchCase'
    const constants = isTest || comparisons.has(operator) ? ['true', 'false'] : []
    return [...(swapped ?? []), ...constants, ...special(node, inChain)]
  }

  function special(node: Node, inChain: boolean): string[] {
    const operator = String(node.operator)
    if (node.type === 'UnaryExpression' && /^[!-]$/.test(operator)) return [text(node.argument as Node)]
    if (node.type === 'Literal' && typeof node.value === 'boolean') return [String(!node.value)]
    if (node.type === 'ObjectExpression' && text(node).length > 2) return ['{}']
    if (node.type === 'ArrayExpression') return [text(node).length > 2 ? '[]' : '[undefined]']
    if (node.type === 'ArrowFunctionExpression' && (node.body as Node).type !== 'BlockStatement')
      return ['() => undefined']
    if (node.type === 'UpdateExpression')
      return [text(node).replace(/\+\+|--/, (sign) => (sign === '++' ? '--' : '++'))]
    if (node.type === 'AssignmentExpression' && assignments[operator])
      return [`${text(node.left as Node)} ${assignments[operator]} ${text(node.right as Node)}`]
    if (node.type === 'ChainExpression') return [text(node).replace(/\?\.(?=[[(])|\?(?=\.)/, '')]
    return node.type === 'CallExpression' && !inChain ? renamed(node) : []
  }

  function renamed(call: Node): string[] {
    const callee = call.callee as Node
    const name = callee.type === 'MemberExpression' ? (callee.property as Node) : undefined
    if (!name || !Object.hasOwn(methods, text(name))) return []
    const other = methods[text(name)]
    return [
      other
        ? source.slice(call.start, name.start) + other + source.slice(name.end, call.end)
        : text(callee.object as Node),
    ]
  }

  const program = parseAst(source, { lang: 'ts' }) as unknown as Node
  const code = source.slice(0, program.start) + write(program) + source.slice(program.end)
  return { code, mutants }
}

function partsOf(node: Node): { readonly operator: string; readonly operands?: readonly [Node, Node] } {
  if (node.type !== 'BinaryExpression' && node.type !== 'LogicalExpression') return { operator: '' }
  return { operator: String(node.operator), operands: [node.left as Node, node.right as Node] }
}

/** What is within a node and runs, in its order; types do not. */
function childrenOf(node: Node): Node[] {
  if (node.type.startsWith('TS') && !/^TS(As|Satisfies|NonNull)/.test(node.type)) return []
  const isConstructor = node.type === 'MethodDefinition' && node.kind === 'constructor'
  return Object.entries(node)
    .filter(([name]) => !['typeAnnotation', 'returnType', 'typeParameters', 'typeArguments'].includes(name))
    .flatMap(([, value]) => value)
    .filter(isNode)
    .map((child) => (isConstructor ? { ...child, isConstructor } : child))
    .sort((a, b) => a.start - b.start)
}
