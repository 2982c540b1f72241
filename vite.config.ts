// Builds dist with `vite build`: every bundle is an environment, and `buildApp` adds what is not bundled. Tests that need
// a bundle build its environment into a folder of their own.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { dts } from 'rolldown-plugin-dts'
import {
  type BuildEnvironment,
  defineConfig,
  type EnvironmentOptions,
  type Plugin,
  type Rolldown,
  type ViteBuilder,
} from 'vite'
import { openapi } from './src/control/openapi.ts'
import * as names from './src/engine/faker-names.ts'
import { definition } from './src/mock/ricloud.ts'
import { scenarioJsonSchema } from './src/scenario/json-schema.ts'

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const dist = (name = '') => path(`dist/${name}`)

/** Stand-ins for parts of @mswjs/data and its dependencies that a mock never calls, by the end of their file or name. */
const standIns: readonly { readonly module: RegExp; readonly contents: string }[] = [
  {
    // Its own handlers bring a second msw and graphql.
    module: /[\\/]@mswjs[\\/]data[\\/]lib[\\/]model[\\/]generate(Rest|GraphQL)Handlers\.js$/,
    contents: `
      const no = () => { throw new Error('toHandlers() answers in its own words, not the API\\'s: it is not offered.') }
      exports.generateRestHandlers = exports.generateGraphQLHandlers = exports.generateGraphQLSchema = no`,
  },
  {
    // It shares writes with other tabs of the browser; a world is nobody else's.
    module: /[\\/]@mswjs[\\/]data[\\/]lib[\\/]extensions[\\/]sync\.js$/,
    contents: 'exports.sync = () => {}',
  },
  {
    // Relations scan their targets: none is defined.
    module: /[\\/]@mswjs[\\/]data[\\/]lib[\\/]relations[\\/]Relation\.js$/,
    contents: 'exports.Relation = class {}; exports.RelationKind = {}',
  },
  {
    module: /[\\/]@mswjs[\\/]data[\\/]lib[\\/]model[\\/]defineRelationalProperties\.js$/,
    contents: 'exports.defineRelationalProperties = () => {}',
  },
  {
    // Our own updates replace each field whole.
    module: /[\\/]@mswjs[\\/]data[\\/]lib[\\/]model[\\/]updateEntity\.js$/,
    contents: "exports.updateEntity = () => { throw new Error('Records are frozen: they are replaced.') }",
  },
  {
    // It names databases, which nobody calls by their names.
    module: /[\\/]node_modules[\\/]md5[\\/]md5\.js$/,
    contents: "module.exports = () => ''",
  },
  {
    // Debug messages that nobody reads; each would cost the formatting of its arguments.
    module: /[\\/]node_modules[\\/]debug[\\/]src[\\/](index|browser)\.js$/,
    contents: 'const off = () => {}; module.exports = exports = () => off; exports.debug = exports',
  },
  {
    // Fields of records are flat, and their functions plain ones.
    module: /[\\/]node_modules[\\/]lodash[\\/]get\.js$/,
    contents: 'module.exports = (record, path) => path.reduce((value, name) => value?.[name], record)',
  },
  {
    module: /[\\/]node_modules[\\/]lodash[\\/]set\.js$/,
    contents: 'module.exports = (record, [name], value) => void (record[name] = value)',
  },
  {
    module: /[\\/]node_modules[\\/]lodash[\\/](isFunction|lodash)\.js$/,
    contents: "module.exports = (value) => typeof value === 'function'; module.exports.isFunction = module.exports",
  },
  {
    // One function of it is used, to compare dates; its own brings conversions of anything into dates.
    module: /[\\/]node_modules[\\/]date-fns[\\/](esm[\\/])?index\.js$/,
    contents: 'exports.compareAsc = (one, other) => Math.sign(one - other)',
  },
  {
    // The words of faker that are drawn from, without the rest of its English.
    module: /[\\/]src[\\/]engine[\\/]faker-names\.ts$/,
    contents: Object.entries(names)
      .map(([name, words]) => `export const ${name} = ${JSON.stringify(words)}`)
      .join('\n'),
  },
]

/** Packages whose contents stand-ins hold, though no file of theirs is bundled. */
const quoted = [path('node_modules/@faker-js/faker/package.json')]

/** Replaces what must be there: another version of a library may write it in another way. */
function replaced(code: string, old: string, instead: string): string {
  if (!code.includes(old)) throw new Error(`There is no "${old}" to be replaced.`)
  return code.replace(old, () => instead)
}

/**
 * zod keeps its configuration and its registry on globalThis, where it would share them with the zod of the host. Ours
 * compiles no schema by `new Function`, and does not try to: a page's Content-Security-Policy may forbid it. Nor does it
 * look for schemas that contain themselves, to parse values that do: values from outside are refused as too deep before.
 */
const withOwnGlobals = (code: string) =>
  `const ownGlobals = { __zod_globalConfig: { jitless: true, memoizer: { attach() {}, guard() {}, alloc: (_, __, empty) => empty } } }
${code.replaceAll('globalThis', 'ownGlobals')}`

/**
 * Most schemas of a process are never used. One only has its definition, until anything else of it is read; the first of
 * each class is made at once, since it gives the class its methods.
 */
const madeWhenRead = `
    let isKnown = false;
    function _(def) {
        if (params?.Parent) return make.call(this, def);
        this.def = def;
        if (!isKnown) makeLater(_.prototype, make.call(this, def), make);
        isKnown = true;
        return this;
    }
    function make(def) {`
const makeLater = `
function makeLater(proto, first, make) {
    for (const key of Object.getOwnPropertyNames(first)) {
        if (key === 'def' || key in proto) continue;
        Object.defineProperty(proto, key, {
            get() {
                if (Object.hasOwn(this, '_zod')) return undefined;
                for (const check of this.def.checks ?? []) check._zod;
                make.call(this, this.def);
                if (this.copyOf) this._zod.parent = this.copyOf;
                return this[key];
            },
            set(value) {
                Object.defineProperty(this, key, { value, configurable: true, enumerable: true, writable: true });
            },
        });
    }
}`

/**
 * A class of zod has a getter for each method of its traits, which defines a property of each schema that uses it, for
 * methods that are detached: none of ours is. Here it inherits from one object for each trait, which is made sooner.
 */
const inheritedMembers = `
const inherited = new WeakMap();
export function members(proto, table) {
    const parent = Object.getPrototypeOf(proto);
    const byTable = inherited.get(parent) ?? new Map();
    inherited.set(parent, byTable);
    if (!byTable.has(table)) {
        const methods = Object.getOwnPropertyDescriptors(table);
        for (const name in methods) methods[name].enumerable = false;
        byTable.set(table, Object.create(parent, methods));
    }
    Object.setPrototypeOf(proto, byTable.get(table));
}`

/** What is changed in modules of zod and @mswjs/data. */
const changes: readonly { readonly module: RegExp; readonly change: (code: string) => string }[] = [
  { module: /[\\/]node_modules[\\/]zod[\\/]v4[\\/]core[\\/]registries\.js$/, change: withOwnGlobals },
  {
    module: /[\\/]node_modules[\\/]zod[\\/]v4[\\/]core[\\/]core\.js$/,
    change: (code) => {
      const own = replaced(withOwnGlobals(code), 'if (!inst._zod) {', "if (!Object.hasOwn(inst, '_zod')) {")
      return replaced(own, 'function _(def) {', madeWhenRead) + makeLater
    },
  },
  {
    module: /[\\/]node_modules[\\/]zod[\\/]v4[\\/]core[\\/]util\.js$/,
    change: (code) => {
      const made = replaced(code, 'new inst._zod.constr(def ?? inst._zod.def)', 'new inst.constructor(def ?? inst.def)')
      const whole = "if (Object.hasOwn(cl, '_zod')) cl._zod.parent = inst; else cl.copyOf = inst;"
      const copied = replaced(made, 'cl._zod.parent = inst;', `{ ${whole} }`)
      return replaced(copied, 'export function members(', 'function definedMembers(') + inheritedMembers
    },
  },
  {
    // The name of a database is made of the place that made it, which Node finds in a millisecond.
    module: /[\\/]@mswjs[\\/]data[\\/]lib[\\/]db[\\/]Database\.js$/,
    change: (code) => replaced(code, 'new Error().stack', "''"),
  },
  {
    // Every schema refers to what makes JSON Schema of it. `z.toJSONSchema` finds that by itself, so that only the chunk
    // which calls it loads it.
    module: /[\\/]node_modules[\\/]zod[\\/]v4[\\/]classic[\\/]schemas\.js$/,
    change: (code) => {
      const no = "() => { throw new Error('Only z.toJSONSchema makes JSON Schema here.') }"
      return code
        .replace(/^import \* as processors from .*$/m, `const processors = { aggregateChecks: ${no} }`)
        .replace(/^import \{ (\w+), (\w+) \} from ".*to-json-schema\.js";$/m, `const $1 = () => ${no}, $2 = $1`)
        .replaceAll(/^ *inst\._zod\.processJSONSchema = .*$/gm, '')
    },
  },
]

/** What every bundle has in common: it is without what of @mswjs/data a mock never calls, and has a zod of its own. */
export const slim: Plugin = {
  name: 'slim',
  enforce: 'pre',
  load: {
    filter: { id: standIns.map(({ module }) => module) },
    handler(id) {
      const standIn = standIns.find(({ module }) => module.test(id))
      return standIn && { code: standIn.contents, moduleType: 'js' }
    },
  },
  transform: {
    filter: { id: changes.map(({ module }) => module) },
    handler: (code, id) => changes.find(({ module }) => module.test(id))?.change(code),
  },
}

/** A bundle for Node and for the bundlers of others: all that it needs is in it, but Node, msw and test runners. */
const library = (
  input: Record<string, string>,
  options: { readonly minify: boolean; readonly write?: boolean },
  output: Rolldown.OutputOptions = {},
  rolldownOptions: Rolldown.RolldownOptions = {},
): EnvironmentOptions => ({
  // What is for browsers, Vite gives a preloader.
  consumer: 'server',
  resolve: { noExternal: true, mainFields: ['module', 'main'], conditions: [] },
  build: {
    target: 'es2022',
    outDir: dist(),
    ...options,
    rolldownOptions: {
      input,
      platform: 'neutral',
      external: [/^msw($|\/)/, /^node:/, 'vitest', '@playwright/test'],
      preserveEntrySignatures: 'strict',
      output: { comments: { jsdoc: false }, ...output },
      ...rolldownOptions,
    },
  },
})

/** Puts the helpers of the bundler, a chunk of their own, into the chunk that each start loads. */
const ownHelpers: Plugin = {
  name: 'own-helpers',
  generateBundle(_, files) {
    const all = Object.values(files).flatMap((file) => (file.type === 'chunk' ? file : []))
    const run = all.find(({ isEntry }) => isEntry)
    for (const { fileName, code } of all.filter(({ name }) => name === 'rolldown-runtime')) {
      const required = `require("./${fileName.replace('chunks/', '')}")`
      if (!run?.code.includes(required)) throw new Error(`${run?.fileName} requires no ${fileName}.`)
      run.code = run.code.replace(required, () => `(exports=>{${code};return exports})({})`)
    }
  },
}

/** Escapes all characters outside ASCII, so that Node need not decode the bytes. They stand in strings only. */
const ascii: Plugin = {
  name: 'ascii',
  generateBundle(_, files) {
    for (const file of Object.values(files)) {
      if (file.type !== 'chunk') continue
      file.code = file.code.replaceAll(/[^\0-\x7f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
    }
  },
}

const entryPoints = [
  'index',
  'node',
  'browser',
  'standalone',
  'vitest',
  'vitest-coverage',
  'jest',
  'playwright',
  'vite',
]

const environments: Readonly<Record<string, EnvironmentOptions>> = {
  /** The entry points, as modules that share chunks. */
  entries: library(
    Object.fromEntries(entryPoints.map((name) => [name, path(`src/${name}.ts`)])),
    {
      minify: false,
    },
    {
      chunkFileNames: 'chunks/[name]-[hash].js',
    },
  ),
  /** The program of the command, which loads the script of the command. Node starts a script sooner than a module. */
  cli: library(
    { cli: path('src/cli/bin.ts') },
    { minify: true },
    { format: 'cjs', strict: true, entryFileNames: '[name].cjs', banner: '#!/usr/bin/env node' },
    { platform: 'node' },
  ),
  /**
   * The command as a script, whose compiled code can be kept. What each start loads is one file, since each takes Node a
   * millisecond, and what few need has files of its own. `node:fs/promises` takes Node two milliseconds: that file uses
   * `promises` of `node:fs`, which are loaded when they are read.
   */
  command: library(
    { run: path('src/cli/run.ts') },
    { minify: true },
    {
      format: 'cjs',
      strict: true,
      entryFileNames: 'chunks/cli-[name].cjs',
      chunkFileNames: 'chunks/cli-[name]-[hash].cjs',
      codeSplitting: { groups: [{ name: 'run', test: /[\\/]src[\\/]cli[\\/]run\.ts$/ }] },
    },
    // What the other files use of it, it exports too.
    { platform: 'node', preserveEntrySignatures: 'allow-extension', plugins: [ascii, ownHelpers] },
  ),
  /** The inspector's page; Vite calls the bundle of a page's `client`. */
  client: {
    build: {
      outDir: dist('inspector'),
      assetsDir: '',
      assetsInlineLimit: 0,
      modulePreload: false,
      rolldownOptions: { output: { assetFileNames: '[name]-[hash][extname]' } },
    },
  },
  /** The inspector as a module. */
  inspector: {
    consumer: 'client',
    build: {
      outDir: dist(),
      lib: { entry: path('src/inspector.ts'), formats: ['es'], fileName: 'inspector' },
      // Vite leaves the white space in modules of libraries.
      rolldownOptions: { output: { minify: true } },
    },
  },
  /** What a page's bundler makes of the mock; it is only measured. */
  measured: library({ browser: dist('browser.js') }, { minify: true, write: false }),
}

/** How much a page may load of each, in KB gzipped. */
const limits: Readonly<Record<string, number>> = { client: 40, inspector: 45, measured: 142 }

/** The size of a bundle's entry and what it imports, gzipped; what it imports only when needed does not count. */
function gzippedSize(output: Rolldown.RolldownOutput['output'][number][]): number {
  const chunks = new Map(output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file]] : [])))
  const loaded = new Set(output.flatMap((file) => (file.type === 'chunk' && file.isEntry ? [file.fileName] : [])))
  for (const name of loaded) for (const imported of chunks.get(name)?.imports ?? []) loaded.add(imported)
  return [...loaded].reduce((sum, name) => sum + gzipSync(chunks.get(name)?.code ?? '').length, 0)
}

/**
 * The folder of the package that a module belongs to; undefined for our own. A module that a bundler adds has a zero byte
 * and the name of its package before its own: `\0rolldown/runtime.js`.
 */
function packageOf(module: string): string | undefined {
  const file = module.replace(/^\0/, path('node_modules/'))
  const [folder] = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []
  if (folder === undefined && !file.startsWith(path('.'))) throw new Error(`No package is known for ${module}.`)
  return folder
}

/** The licences of the packages that modules belong to. Throws an Error if the text of one is nowhere. */
function licences(modules: readonly string[]): string {
  const packages = new Set(modules.flatMap((module) => packageOf(module) ?? []))
  return Array.from(packages, (folder) => {
    const { name, version, license, author } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
    const file = readdirSync(folder).find((file) => /^licen[cs]e(\.\w+)?$/i.test(file))
    const text = file ? readFileSync(`${folder}/${file}`, 'utf8') : standardLicence(license, author?.name ?? author)
    return `${name} ${version} (${license})\n\n${text.trim()}\n`
  })
    .sort()
    .join(`\n${'-'.repeat(80)}\n\n`)
}

/** The text of a licence for a package that only names it: our own is of the same kind. */
function standardLicence(licence: string, author: string | undefined): string {
  if (licence !== 'MIT' || !author) throw new Error(`There is no text of the licence ${licence} of ${author}.`)
  return readFileSync(path('LICENSE'), 'utf8').replace(/^Copyright .*$/m, `Copyright (c) ${author}`)
}

/** Writes the declarations of the entry points, with what they lead to and nothing else: the rest names what is bundled. */
async function writeDeclarations(): Promise<void> {
  const all = dist('declarations')
  const options = { stripInternal: true, noEmit: false, emitDeclarationOnly: true, declaration: true }
  // `npm run types` checks, and what only tests and tools import takes longer to read than the rest.
  const compilerOptions = { ...options, noCheck: true, rootDir: path('.'), outDir: all }
  mkdirSync(all, { recursive: true })
  const config = { extends: path('tsconfig.json'), include: [path('src')], compilerOptions }
  writeFileSync(`${all}/tsconfig.json`, JSON.stringify(config))
  // Several checkers would each find the same types.
  execFileSync('npx', ['tsc', '--singleThreaded', '-p', all], { cwd: path('.'), stdio: 'inherit' })
  const bundle = await rolldown({
    input: Object.fromEntries([...entryPoints, 'inspector'].map((name) => [name, `${all}/src/${name}.d.ts`])),
    external: /^[^./]/,
    plugins: [dts({ dtsOnly: true, generator: 'oxc', tsconfig: false })],
  })
  await bundle.write({
    dir: dist('types'),
    entryFileNames: '[name].d.ts',
    chunkFileNames: 'chunks/[name].d.ts',
    // The bundler drops the libraries that a file refers to.
    banner: ({ moduleIds }) =>
      moduleIds.flatMap((id) => readFileSync(id, 'utf8').match(/^\/\/\/ <reference .*$/gm) ?? []).join('\n'),
  })
  rmSync(all, { recursive: true })
}

const writeJson = (name: string, document: object) =>
  writeFileSync(dist(name), `${JSON.stringify(document, null, 2)}\n`)

/** Builds everything. Throws an Error if what a page loads is over its limit. */
async function buildApp(builder: ViteBuilder): Promise<void> {
  rmSync(dist(), { recursive: true, force: true })
  const bundled = new Set(quoted)
  for (const name of Object.keys(environments)) {
    const built = await builder.build(builder.environments[name] as BuildEnvironment)
    const output = [built].flat().flatMap((one) => ('output' in one ? one.output : []))
    for (const file of output) if (file.type === 'chunk') for (const id of file.moduleIds) bundled.add(id)
    const limit = limits[name]
    if (limit === undefined) continue
    const size = (gzippedSize(output) / 1024).toFixed(1)
    process.stdout.write(`${name}: ${size} KB gzipped, of ${limit} KB\n`)
    if (Number(size) > limit) throw new Error(`${name} is over its limit of ${limit} KB.`)
  }
  writeJson('openapi.json', openapi(definition.api))
  writeJson('scenario.schema.json', scenarioJsonSchema(definition.language.scenario))
  writeFileSync(dist('THIRD-PARTY-LICENCES.txt'), licences([...bundled]))
  await writeDeclarations()
}

// biome-ignore lint/style/noDefaultExport: Vite reads no other
export default defineConfig({
  root: path('src/inspector'),
  base: '/_mock/inspector/',
  publicDir: false,
  logLevel: 'warn',
  define: { 'process.env.NODE_ENV': '"production"' },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
  plugins: [slim],
  // Not older than what the inspector's styles and streams need.
  build: { target: ['chrome123', 'firefox121', 'safari17.5'], emptyOutDir: false },
  environments,
  builder: { sharedConfigBuild: true, buildApp },
})
