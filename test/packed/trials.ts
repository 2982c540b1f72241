// Where the packed package is installed, beside what, and what is tried there on which Node.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

export const root = fileURLToPath(new URL('../..', import.meta.url))
export const { name, version, exports, devDependencies } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
) as {
  readonly name: string
  readonly version: string
  readonly exports: Readonly<Record<string, { readonly types?: string; readonly node?: null }>>
  readonly devDependencies: Readonly<Record<string, string>>
}

/** The clients whose calls are tried. */
const clients = [
  ...['undici-6@npm:undici@6', 'undici-7@npm:undici@7', 'undici-8@npm:undici@8', 'axios@1', 'got@14', 'ky@1'],
  ...['node-fetch@3', 'superagent@10', 'jsdom@26', 'happy-dom@21'],
]
const jest = ['jest@30', '@types/jest@30', '@jest/globals@30', '@babel/preset-env@7', 'ts-jest@29', 'typescript@~5.9']

/** What is installed in each folder; the tarball is, too, wherever msw is. */
export const folders = {
  developed: [`msw@${devDependencies.msw}`, 'esbuild@latest', ...jest],
  newest: [
    ...['msw@3', 'vitest@5', '@playwright/test@1', '@types/node@24'],
    ...['vite@latest', 'esbuild@latest', 'webpack@latest'],
  ],
  oldest: ['msw@2.15.0', 'vitest@4.1.0', '@playwright/test@1.57.0', 'sdk@npm:@modelcontextprotocol/sdk@1.20.0'],
  tools: [...clients, '@arethetypeswrong/cli'],
} as const
export type Folder = keyof typeof folders
/** Folders within that of the clients, which find msw and the mock where another one has them. */
export const withClients = { 'tools/msw-2': 'oldest', 'tools/msw-3': 'newest' } as const
export type Place = Folder | keyof typeof withClients
/** What is tried with several Nodes. */
export interface Trial {
  readonly folder: Place
  readonly title: string
  readonly command: readonly [string, ...string[]]
  /** The oldest Node that has what it needs. */
  readonly from?: number
  /** On which Nodes from there on: what depends little on Node runs on one alone. */
  readonly on: 'each' | 'ends' | 'first' | 'last'
  readonly env?: NodeJS.ProcessEnv
  readonly prints?: string
}

export const msws = {
  oldest: 'msw 2.15.0',
  developed: `msw ${devDependencies.msw}`,
  newest: 'msw 3',
} satisfies Partial<Record<Folder, string>>

const requiring = (folder: keyof typeof msws, on: Trial['on'], from = 0): Trial => ({
  ...{ folder, on, from, command: ['node', 'require.cjs'] },
  title: `${msws[folder]}: every door can be required`,
})

const importing = (folder: keyof typeof msws, on: Trial['on'], from = 0): Trial => ({
  ...{ folder, on, from },
  command: ['node', 'together.mjs', 'doors.mjs', 'first-session.embedded.mjs', 'interception.mjs'],
  title: `${msws[folder]}: every door opens, a new organisation comes to its first session, and calls are intercepted`,
})

const module = (...path: string[]) => ['node', join('node_modules', ...path)] as const
const vitest = [
  ...[...module('vitest', 'vitest.mjs'), 'run', '--exclude', '**/{*.spec.ts,failing.test.mjs}'],
  // A busy machine may take thirty times as long as an idle one.
  ...['--testTimeout=180000', '--hookTimeout=180000'],
] as const
/** A worker for each file, as Vitest does by default, costs four times as much: a few files are tried so. */
const isolated = [...vitest, 'planted', 'recipes/coverage', 'recipes/parallel'] as const
const playwright = [...module('@playwright/test', 'cli.js'), 'test', '--list', 'playwright.spec.ts'] as const
const runJest = module('jest', 'bin', 'jest.js')
const experimental = { NODE_OPTIONS: '--experimental-vm-modules' }

/** Variables by which Node 24 and many clients call a proxy, where nothing listens. */
const proxied = {
  ...{ HTTP_PROXY: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9' },
  ...{ NO_PROXY: 'ricloud.invalid', NODE_USE_ENV_PROXY: '1' },
}

/** Those that take longest come first. */
export const trials: readonly Trial[] = [
  {
    ...{ folder: 'developed', on: 'first', title: 'babel-jest' },
    command: [...runJest, '--config', 'test/recipes/jest.config.cjs', '--testRegex', 'jest-test\\.cjs$'],
  },
  { folder: 'oldest', on: 'first', title: 'Vitest 4.1.0, all recipes', command: [...vitest, '--no-isolate'] },
  { folder: 'newest', on: 'first', from: 22, title: 'Vitest 5, all recipes', command: [...vitest, '--no-isolate'] },
  {
    ...{ folder: 'oldest', on: 'first', command: ['node', 'tools.mjs'] },
    title: 'a sweep by the command names a duplicate, and what failed is replayed',
  },
  { folder: 'oldest', on: 'last', title: 'Vitest 4.1.0', command: isolated },
  { folder: 'newest', on: 'each', from: 24, title: 'Vitest 5', command: isolated },
  // From Node 24.9 on, the `require` of Jest takes ES modules.
  {
    ...{ folder: 'developed', on: 'first', from: 24, title: 'Jest 30 with ts-jest', env: experimental },
    command: [...runJest, '--config', 'jest.typescript.cjs'],
  },
  {
    ...{ folder: 'developed', on: 'last', from: 24, title: 'Jest 30 in CommonJS', env: experimental },
    command: [...runJest, '--testRegex', 'jest-test\\.cjs$'],
  },
  {
    ...{ folder: 'developed', on: 'each', title: 'Jest 30', env: experimental },
    command: [...runJest, '--testRegex', 'jest-test\\.mjs$'],
  },
  {
    ...{ folder: 'tools/msw-2', on: 'first', from: 22, command: ['node', 'clients.mjs'] },
    title: 'the reference says which clients are intercepted with msw 2',
  },
  {
    ...{ folder: 'tools/msw-3', on: 'last', from: 22, command: ['node', 'clients.mjs'] },
    title: 'the reference says which clients are intercepted with msw 3',
  },
  {
    ...{ folder: 'tools/msw-2', on: 'first', from: 24, command: ['node', 'clients.mjs'], env: proxied },
    title: 'the same clients are intercepted behind a proxy',
  },
  ...(['tools/msw-2', 'tools/msw-3'] as const).map((folder): Trial => {
    const title = `with msw ${folder.at(-1)}, clients retry a reset call in the process as over a server`
    return { folder, on: 'first', from: 22, title, command: ['node', 'retries.mjs'] }
  }),
  {
    ...{ folder: 'tools/msw-2', on: 'ends', from: 22, command: ['node', 'undici.mjs'] },
    title: 'undici 6 to 8 reach a local server by the dispatcher of the reference',
  },
  { folder: 'oldest', on: 'first', title: 'Playwright 1.57 finds its test', command: playwright },
  { folder: 'newest', on: 'last', from: 22, title: 'Playwright finds its test', command: playwright },
  {
    ...{ folder: 'oldest', on: 'first', command: ['node', 'mcp.mjs'] },
    title: 'mcp names the SDK that is missing, offers its tools with it, and ends',
  },
  {
    ...{ folder: 'developed', on: 'first', command: ['sh', '-c', workflowCommand()] },
    title: "the command of a workflow's step runs Python's tests",
  },
  requiring('oldest', 'first'),
  requiring('newest', 'each', 22),
  importing('oldest', 'each'),
  importing('developed', 'first'),
  importing('newest', 'each', 22),
  {
    ...{ folder: 'oldest', on: 'each', command: ['node', 'first-session.standalone.mjs'] },
    title: 'a new organisation comes to its first session and a webhook through a server',
  },
  { folder: 'oldest', on: 'each', title: 'the command starts, and ends on SIGTERM', command: ['node', 'command.mjs'] },
  { folder: 'oldest', on: 'each', title: 'node:test', command: ['node', '--test', 'test/recipes/node-test.mjs'] },
  {
    ...{ folder: 'oldest', on: 'first', command: ['node', '--test', 'test/recipes/node-test.cjs'] },
    title: 'node:test in CommonJS',
  },
  {
    ...{ folder: 'developed', on: 'each', command: ['node', '../program.mjs'] },
    title: 'a bundle with the mock and msw in it runs',
  },
  {
    ...{ folder: 'oldest', on: 'ends', title: 'npx ricloud-mock', prints: version },
    command: ['npx', '--no-install', name, '--version'],
  },
]

/** What the recipe for continuous integration runs once everything is installed. */
function workflowCommand(): string {
  const { jobs } = parse(readFileSync(join(root, 'test/recipes/ci.yml'), 'utf8'))
  const commands: string[] = jobs.test.steps.flatMap(({ run }: { run?: string }) => run ?? [])
  return commands.filter((command) => command !== 'npm ci').join('\n')
}
