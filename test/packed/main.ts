// Packs what npm would publish of the dist that is there, installs it in empty folders beside what its users have, and
// uses it there as they do.
// Prints a line for each check, goes on after a failed one, and needs the npm registry. NODES names the Nodes, by their
// major versions or paths.
import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { type Check, check, checkAll, note, run, summary } from './check.ts'
import { exports, type Folder, folders, msws, name, type Place, root, trials, version, withClients } from './trials.ts'

const doors = Object.entries(exports).flatMap(([door, { types }]) => (types ? [name + door.slice(1)] : []))
const [ownMajor = 0] = process.versions.node.split('.').map(Number)
const atOnce = Math.min(2, availableParallelism())

const scratch = mkdtempSync(join(tmpdir(), 'ricloud-mock-packed-'))
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))
const tarball = join(scratch, `${name}-${version}.tgz`)

const pathTo = (node: string) => `${dirname(node)}${delimiter}${process.env.PATH}`
const at = (folder: Place, ...path: string[]) => join(scratch, folder, ...path)

/** The Nodes by their major versions, each with the PATH that has it first. */
const paths = new Map([[ownMajor, pathTo(process.execPath)]])
for (const wanted of (process.env.NODES ?? '20 22 24 26').split(' ').filter(Boolean)) {
  if (wanted === String(ownMajor)) continue
  const ask = ['-p', 'process.versions.node.split(".")[0] + process.execPath']
  const isPath = wanted.includes('/')
  const command = isPath
    ? ([wanted, ...ask] as const)
    : (['npx', '-y', '-p', `node@${wanted}`, 'node', ...ask] as const)
  const { holds, output } = await run({ command, folder: scratch })
  const [, major = '', found = ''] = /^(\d+)(\/.*)$/m.exec(output) ?? []
  // npm 12 runs no install script unless it is allowed, and then leaves us with the Node that we have.
  if (holds && (isPath || major === wanted)) paths.set(Number(major), pathTo(found))
  else note(`Node ${wanted} is there`, { holds: false, output })
}
const nodes = [...paths.keys()].sort((a, b) => a - b)

const running: Check[] = trials.flatMap(({ title, folder, from = 0, on, env, ...rest }) => {
  const able = nodes.filter((major) => major >= from)
  const [first, last] = [able.slice(0, 1), able.slice(-1)]
  const chosen = { each: able, ends: new Set([...first, ...last]), first, last }[on]
  return Array.from(chosen, (major) => ({
    ...rest,
    title: `Node ${major}: ${title}`,
    folder: at(folder),
    env: { PATH: paths.get(major), CI: 'true', NODE_NO_WARNINGS: '1', ...env },
  }))
})

/** Complaints about other packages than ours. */
const foreign = /^\w+\/node_modules\/(?!ricloud-mock\/)/

/**
 * Consumers in TypeScript; `nodenext` is without @types/node, `bundler` with them, `without-dom` as in a project for
 * Node. One process compiles several, which costs a third less than one for each.
 */
const compilers: readonly {
  compiler: '5.9' | '7'
  consumers: readonly (readonly [folder: keyof typeof msws, settings: string])[]
  disregard?: RegExp
}[] = [
  {
    compiler: '5.9',
    consumers: [
      ['newest', 'bundler'],
      ['oldest', 'nodenext'],
      ['developed', 'node10'],
    ],
  },
  {
    compiler: '7',
    consumers: [
      ['developed', 'nodenext'],
      ['newest', 'bundler'],
    ],
  },
  // msw's declarations, or those of what it depends on, do not fit there; ours are checked as well.
  {
    compiler: '7',
    consumers: [
      ['newest', 'without-dom'],
      ['developed', 'jest'],
      ['developed', 'jest-globals'],
    ],
    disregard: foreign,
  },
]
const compiling: Check[] = compilers.map(({ compiler, consumers, disregard }) => {
  const projects = consumers.map(([folder, settings]) => join(folder, `tsconfig.${settings}.json`))
  const each = consumers.map(([folder, settings]) => `${msws[folder]} (${settings})`)
  // The declarations of other packages take TypeScript 5.9 three quarters of its time.
  const commands = {
    '5.9': { command: ['node', 'developed/compile.mjs', ...projects], prints: 'right' },
    // Several checkers would each check the same libraries.
    '7': {
      command: ['node', join(root, 'node_modules/typescript/bin/tsc'), '--build', '--singleThreaded', ...projects],
    },
  } as const
  return {
    title: `TypeScript ${compiler}: a consumer compiles, with the declarations of the package, beside ${each.join(', ')}`,
    ...commands[compiler],
    folder: scratch,
    disregard,
  }
})

const bundling: Check[] = ['vite', 'esbuild', 'webpack'].map((bundler) => ({
  title: `${bundler}: the doors for pages are bundled, and a production build has nothing of the mock`,
  command: ['node', 'bundle.mjs', bundler],
  folder: at('newest'),
}))
bundling.push({
  title: 'the plugin of Vite starts the mock in development, and nothing of it is in a production build',
  command: ['node', 'vite-plugin.mjs'],
  folder: at('newest'),
})

const attw = ['node', at('tools', 'node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js')] as const
const json = Object.keys(exports).filter((door) => door.endsWith('.json'))
const packed: Check[] = [
  {
    title: 'attw finds nothing wrong with the types',
    // Every supported Node can require ES modules.
    command: [...attw, tarball, '--ignore-rules', 'cjs-resolves-to-esm', '--exclude-entrypoints', ...json],
    folder: at('tools'),
  },
  { title: 'publint finds nothing', command: ['node_modules/.bin/publint', '--strict', tarball], folder: root },
  {
    title: 'the steps of the container hold, and the server in it is found healthy',
    command: ['node', '--import', 'tsx', 'test/packed/container.ts', tarball],
    folder: root,
  },
]

function write(folder: Place): void {
  mkdirSync(at(folder), { recursive: true })
  const scripts = { test: 'python3 -m unittest discover --start-directory test/recipes' }
  const consumer = { name: 'consumer', private: true, type: 'module', scripts }
  writeFileSync(at(folder, 'package.json'), JSON.stringify(consumer))
  const examples = join(root, 'test/packed/examples')
  for (const file of readdirSync(examples)) {
    // Named so that no tool takes them for a part of this project.
    copyFileSync(join(examples, file), at(folder, file.replace(/\.example$/, '')))
  }
  cpSync(join(root, 'test/recipes'), at(folder, 'test/recipes'), { recursive: true })
  const optional = folder === 'newest' ? [] : [/\/vitest$/, /\/playwright$/]
  const used = doors.filter((door) => !optional.some((runner) => runner.test(door)))
  const imports = used.map((door, index) => `import * as door${index} from '${door}'\n`)
  writeFileSync(at(folder, 'doors.ts'), `${imports.join('')}export { ${used.map((_, index) => `door${index}`)} }\n`)
}

function installing(folder: Folder): Check {
  const specs = [...folders[folder], ...(folder in msws ? [tarball] : [])]
  const options = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline']
  const title = `It installs beside ${folders[folder].join(', ')}`
  return { title, command: ['npm', 'install', ...options, ...specs], folder: at(folder) }
}

/** Every package that the declarations name must be there for a consumer. */
async function noLeaks(): Promise<void> {
  const files = await run({ command: ['tar', '-xzf', tarball, '-C', scratch], folder: scratch })
  const types = join(scratch, 'package/dist/types')
  const foreign = readdirSync(types, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.d.ts'))
    .flatMap((file) => {
      const text = readFileSync(join(types, file), 'utf8')
      const names = [...text.matchAll(/(?:from |import\(|import |types=)['"]([^'"]+)['"]/g)].map(([, to = '']) => to)
      return names.filter((to) => !/^(?:\.|node:|msw(?:\/|$))/.test(to)).map((to) => `${file}: ${to}`)
    })
  const known = ['vitest.d.ts: vitest', 'playwright.d.ts: @playwright/test']
  const leaks = foreign.filter((leak) => !known.includes(leak))
  note('The declarations name nothing but msw and, for its runner, a runner', {
    holds: files.holds && leaks.length === 0,
    output: files.holds ? leaks.join('\n') : files.output,
  })
}

/** The tarball holds what its users need. */
function noMore(): void {
  const held = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n')
  const needed =
    /^package\/(?:package\.json|(?:(?:src|scenarios|fixtures)\/(?:[a-z]+\/)?)?\w+\.md|llms\.txt|src\/inspector\/time-line\.webp|fixtures\/[a-z-]+\.json|LICENSE|dist\/.*)$/
  const more = held.filter((file) => !needed.test(file) || /(^|\/)test\/|\.test\./.test(file))
  note('It holds nothing but what its users need', { holds: more.length === 0, output: more.join('\n') })
}

const pack = {
  title: 'It packs',
  command: ['npm', 'pack', '--ignore-scripts', '--pack-destination', scratch],
  folder: root,
} as const
if (await check(pack)) {
  const all = Object.keys(folders) as Folder[]
  all.forEach(write)
  for (const [place, folder] of Object.entries(withClients) as [keyof typeof withClients, Folder][]) {
    write(place)
    symlinkSync(at(folder, 'node_modules'), at(place, 'node_modules'))
  }
  // They wait for the registry most of the time.
  await checkAll(all.map(installing), 2 * atOnce)
  noMore()
  await noLeaks()
  await check({ title: 'A program is bundled for Node', command: ['node', 'bundle-node.mjs'], folder: at('developed') })
  await checkAll([...compiling, ...bundling, ...packed, ...running], atOnce)
}
process.exitCode = summary()
