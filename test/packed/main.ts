// Packs what npm would publish of the dist that is there, installs it in empty folders beside what its users have, and
// uses it there as they do.
// Prints a line for each check, goes on after a failed one, and needs the npm registry. NODES names the Nodes.
import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { type Check, check, checkAll, note, run, summary } from './check.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { name, version, exports, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly name: string
  readonly version: string
  readonly exports: Readonly<Record<string, { readonly types?: string; readonly node?: null }>>
  readonly devDependencies: Readonly<Record<string, string>>
}
const doors = Object.entries(exports).flatMap(([door, { types }]) => (types ? [name + door.slice(1)] : []))
const [ownMajor = 0] = process.versions.node.split('.').map(Number)
const atOnce = Math.min(2, availableParallelism())

const scratch = mkdtempSync(join(tmpdir(), 'ricloud-mock-packed-'))
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))
const tarball = join(scratch, `${name}-${version}.tgz`)

/** The clients whose calls are tried. */
const clients = [
  ...['undici-6@npm:undici@6', 'undici-7@npm:undici@7', 'undici-8@npm:undici@8', 'axios@1', 'got@14', 'ky@1'],
  ...['node-fetch@3', 'superagent@10', 'jsdom@26', 'happy-dom@21'],
]

/** What is installed in each folder; the tarball is, too, wherever msw is. */
const folders = {
  lowest: ['msw@2.15.0'],
  mcp: ['msw@2.15.0', 'sdk@npm:@modelcontextprotocol/sdk@1.20.0'],
  developed: [`msw@${devDependencies.msw}`, `vitest@${devDependencies.vitest}`, 'jest@30', 'esbuild@latest'],
  jest: [
    'msw@2.15.0',
    'jest@30',
    '@types/jest@30',
    '@jest/globals@30',
    '@babel/preset-env@7',
    'ts-jest@29',
    'typescript@~5.9',
  ],
  oldest: ['msw@2.15.0', 'vitest@4.1.0', '@playwright/test@1.57.0'],
  newest: ['msw@3', 'vitest@5', '@playwright/test@1', '@types/node@24'],
  clients: ['msw@2.15.0', ...clients],
  'clients-3': ['msw@3', ...clients],
  bundlers: ['msw@3', 'vite@latest', 'esbuild@latest', 'webpack@latest'],
  tools: ['typescript-5.9@npm:typescript@~5.9', 'typescript-7@npm:typescript@7', '@arethetypeswrong/cli'],
} as const
type Folder = keyof typeof folders
const pathTo = (node: string) => `${dirname(node)}${delimiter}${process.env.PATH}`
const env = (major: number): NodeJS.ProcessEnv => ({ PATH: paths.get(major), CI: 'true', NODE_NO_WARNINGS: '1' })
const at = (folder: Folder, ...path: string[]) => join(scratch, folder, ...path)

/** The Nodes by their major versions, each with the PATH that has it first. */
const paths = new Map([[ownMajor, pathTo(process.execPath)]])
for (const major of (process.env.NODES ?? '20 22 24 26').split(' ').filter(Boolean).map(Number)) {
  if (major === ownMajor) continue
  const ask = ['node', '-p', 'process.versions.node.split(".")[0] + process.execPath']
  const { holds, output } = await run({ command: ['npx', '-y', '-p', `node@${major}`, ...ask], folder: scratch })
  // npm 12 runs no install script unless it is allowed, and then leaves us with the Node that we have.
  const found = new RegExp(`^${major}(/.*)$`, 'm').exec(output)?.[1]
  if (holds && found) paths.set(major, pathTo(found))
  else note(`Node ${major} comes from the registry`, { holds: false, output })
}
const nodes = [...paths.keys()].sort((a, b) => a - b)

/** The msw in a folder, and the oldest Node that it runs on. */
const msws: readonly { folder: Folder; msw: string; from: number }[] = [
  { folder: 'lowest', msw: 'msw 2.15.0', from: 20 },
  { folder: 'developed', msw: `msw ${devDependencies.msw}`, from: 20 },
  { folder: 'newest', msw: 'msw 3', from: 22 },
]

/** On each Node with each msw. */
const withMsw: readonly (readonly [title: string, ...command: [string, ...string[]]])[] = [
  ['every door opens, and those for browsers are refused', 'node', 'doors.mjs'],
  ['every door can be required', 'node', 'require.cjs'],
  ['calls are answered, also beside another msw server, and webhooks received', 'node', 'interception.mjs'],
  ['a new organisation comes to its first session and a webhook', 'node', 'first-session.embedded.mjs'],
]

const jest = ['npx', '--no-install', 'jest'] as const
const vitest = ['npx', '--no-install', 'vitest', 'run', '--exclude', '**/{*.spec.ts,failing.test.mjs}'] as const
const playwright = ['npx', '--no-install', 'playwright', 'test', '--list', 'playwright.spec.ts'] as const

/** On each Node. */
const onNode: readonly (readonly [folder: Folder, title: string, ...command: [string, ...string[]]])[] = [
  ['developed', 'the same through a server', 'node', 'first-session.standalone.mjs'],
  [
    'developed',
    'the command starts, and ends on SIGTERM; a sweep names a duplicate; what failed is replayed',
    'node',
    'command.mjs',
  ],
  ['mcp', 'mcp names the SDK that is missing, offers its tools with it, and ends', 'node', 'mcp.mjs'],
  ['developed', 'node:test', 'node', '--test', 'test/recipes/node-test.mjs'],
  ['developed', 'node:test in CommonJS', 'node', '--test', 'test/recipes/node-test.cjs'],
  ['developed', `Vitest ${devDependencies.vitest}`, ...vitest],
  ['developed', 'Jest 30', ...jest, '--testRegex', 'jest-test\\.mjs$'],
  ['jest', 'babel-jest', ...jest, '--config', 'test/recipes/jest.config.cjs', '--testRegex', 'jest-test\\.cjs$'],
  ['oldest', 'Vitest 4.1.0', ...vitest],
  ['oldest', 'Playwright 1.57 finds its test', ...playwright],
  ['developed', "the command of a workflow's step runs Python's tests", 'sh', '-c', workflowCommand()],
  ['developed', 'a bundle with the mock and msw in it runs', 'node', '../program.mjs'],
]

/** What the recipe for continuous integration runs once everything is installed. */
function workflowCommand(): string {
  const { jobs } = parse(readFileSync(join(root, 'test/recipes/ci.yml'), 'utf8'))
  const commands: string[] = jobs.test.steps.flatMap(({ run }: { run?: string }) => run ?? [])
  return commands.filter((command) => command !== 'npm ci').join('\n')
}

/** From Node 22.12 on. */
const onNewerNode: typeof onNode = [
  ['clients', 'the reference says which clients are intercepted with msw 2', 'node', 'clients.mjs'],
  ['clients-3', 'the reference says which clients are intercepted with msw 3', 'node', 'clients.mjs'],
  ['clients', 'with msw 2, clients retry a reset call in the process as over a server', 'node', 'retries.mjs'],
  ['clients-3', 'with msw 3, clients retry a reset call in the process as over a server', 'node', 'retries.mjs'],
  ['clients', 'undici 6 to 8 reach a local server by the dispatcher of the reference', 'node', 'undici.mjs'],
  ['newest', 'Vitest 5', ...vitest],
  ['newest', 'Playwright finds its test', ...playwright],
]

/** Variables by which Node 24 and many clients call a proxy, where nothing listens. */
const proxied = [
  ...['HTTP_PROXY=http://127.0.0.1:9', 'HTTPS_PROXY=http://127.0.0.1:9'],
  ...['NO_PROXY=ricloud.invalid', 'NODE_USE_ENV_PROXY=1'],
]

/** From Node 24.9 on, where the `require` of Jest takes ES modules. */
const onNode24: typeof onNode = [
  ['clients', 'the same clients are intercepted behind a proxy', 'env', ...proxied, 'node', 'clients.mjs'],
  ['jest', 'Jest 30 in CommonJS', ...jest, '--testRegex', 'jest-test\\.cjs$'],
  ['jest', 'Jest 30 with ts-jest', ...jest, '--config', 'jest.typescript.cjs'],
]

const experimental = { NODE_OPTIONS: '--experimental-vm-modules' }

const running: Check[] = nodes.flatMap((major) => [
  ...msws
    .filter(({ from }) => major >= from)
    .flatMap(({ folder, msw }) =>
      withMsw.map(([title, ...command]) => ({
        title: `Node ${major}, ${msw}: ${title}`,
        command,
        folder: at(folder),
        env: env(major),
      })),
    ),
  ...[...onNode, ...(major >= 22 ? onNewerNode : []), ...(major >= 24 ? onNode24 : [])].map(
    ([folder, title, ...command]) => ({
      title: `Node ${major}: ${title}`,
      command,
      folder: at(folder),
      env: { ...env(major), ...(title.startsWith('Jest') ? experimental : {}) },
    }),
  ),
  {
    title: `Node ${major}: npx ricloud-mock`,
    command: ['npx', '--no-install', name, '--version'],
    folder: at('lowest'),
    env: env(major),
    prints: version,
  },
])

/** Complaints about other packages than ours. */
const foreign = /^node_modules\/(?!ricloud-mock\/)/

/** Consumers in TypeScript; `nodenext` is without @types/node, `bundler` with them, `without-dom` as in a project for Node. */
const compilers: readonly { folder: Folder; compiler: string; settings: string; disregard?: RegExp }[] = [
  { folder: 'lowest', compiler: 'typescript-5.9', settings: 'nodenext' },
  { folder: 'newest', compiler: 'typescript-5.9', settings: 'bundler' },
  { folder: 'developed', compiler: 'typescript-7', settings: 'nodenext' },
  { folder: 'newest', compiler: 'typescript-7', settings: 'bundler' },
  // msw's declarations, or those of what it depends on, do not fit there; ours are checked as well.
  { folder: 'lowest', compiler: 'typescript-7', settings: 'nodenext', disregard: foreign },
  { folder: 'newest', compiler: 'typescript-7', settings: 'without-dom', disregard: foreign },
  { folder: 'jest', compiler: 'typescript-5.9', settings: 'jest', disregard: foreign },
  { folder: 'jest', compiler: 'typescript-5.9', settings: 'jest-globals', disregard: foreign },
  { folder: 'jest', compiler: 'typescript-5.9', settings: 'node10', disregard: foreign },
]
const compiling: Check[] = compilers.map(({ folder, compiler, settings, disregard }) => ({
  title: `${compiler}, ${msws.find((row) => row.folder === folder)?.msw ?? 'Jest 30'}: a consumer compiles, libraries too (${settings})`,
  command: ['node', at('tools', 'node_modules', compiler, 'bin', 'tsc'), '--project', `tsconfig.${settings}.json`],
  folder: at(folder),
  disregard,
}))

const bundling: Check[] = ['vite', 'esbuild', 'webpack'].map((bundler) => ({
  title: `${bundler}: the doors for pages are bundled, and a production build has nothing of the mock`,
  command: ['node', 'bundle.mjs', bundler],
  folder: at('bundlers'),
}))
bundling.push({
  title: 'the plugin of Vite starts the mock in development, and nothing of it is in a production build',
  command: ['node', 'vite-plugin.mjs'],
  folder: at('bundlers'),
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
  { title: 'publint finds nothing', command: ['npx', 'publint', '--strict', tarball], folder: root },
  {
    title: 'the steps of the container hold, and the server in it is found healthy',
    command: ['node', '--import', 'tsx', 'test/packed/container.ts', tarball],
    folder: root,
  },
]

function write(folder: Folder): void {
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
  const optional = folders[folder].some((spec) => spec.startsWith('@playwright')) ? [] : [/\/vitest$/, /\/playwright$/]
  const used = doors.filter((door) => !optional.some((runner) => runner.test(door)))
  const imports = used.map((door, index) => `import * as door${index} from '${door}'\n`)
  writeFileSync(at(folder, 'doors.ts'), `${imports.join('')}export { ${used.map((_, index) => `door${index}`)} }\n`)
}

function installing(folder: Folder): Check {
  const specs = [...folders[folder], ...(folder === 'tools' ? [] : [tarball])]
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
  // They wait for the registry most of the time.
  await checkAll(all.map(installing), 2 * atOnce)
  noMore()
  await noLeaks()
  await check({ title: 'A program is bundled for Node', command: ['node', 'bundle-node.mjs'], folder: at('developed') })
  await checkAll([...compiling, ...bundling, ...packed, ...running], atOnce)
}
process.exitCode = summary()
