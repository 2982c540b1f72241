// How the sources become bundles, in the build and in the tests that need one.
import type { BuildOptions, Plugin } from 'esbuild'
import { rolldown } from 'rolldown'
import * as names from './src/engine/faker-names.ts'

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
    // One function of it is used, and its index loads everything.
    module: /[\\/]node_modules[\\/]date-fns[\\/](esm[\\/])?index\.js$/,
    contents: "exports.compareAsc = require('date-fns/compareAsc').default ?? require('date-fns/compareAsc')",
  },
  {
    // The words of faker that are drawn from, without the rest of its English.
    module: /[\\/]src[\\/]engine[\\/]faker-names\.ts$/,
    contents: Object.entries(names)
      .map(([name, words]) => `export const ${name} = ${JSON.stringify(words)}`)
      .join('\n'),
  },
]

/** Packages whose contents stand-ins hold, though no bundler reads a file of theirs. */
export const quoted = ['node_modules/@faker-js/faker/dist/index.js']

/** Keeps out of a bundle what of @mswjs/data a mock never calls. */
const slim: Plugin = {
  name: 'slim',
  setup({ onLoad }) {
    for (const { module, contents } of standIns) {
      onLoad({ filter: module }, ({ path }) => ({ contents, resolveDir: path.slice(0, path.search(/[^\\/]*$/)) }))
    }
  },
}

/** What every bundle has in common. */
export const bundling: BuildOptions = {
  bundle: true,
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  plugins: [slim],
  logLevel: 'warning',
}

/**
 * Bundles the command into a folder; gives back the files that it holds. What each start loads is one chunk, and what
 * few need has chunks of its own: each file takes Node a millisecond. The entry, which awaits the end, stays outside,
 * since those chunks would wait for it.
 */
export async function bundleCommand(folder: string, minify = true): Promise<readonly string[]> {
  const bundle = await rolldown({
    input: { cli: 'src/cli/main.ts' },
    platform: 'neutral',
    resolve: { mainFields: ['module', 'main'] },
    external: [/^msw($|\/)/, /^node:/],
    plugins: [
      {
        name: 'slim',
        load: (id) => {
          const standIn = standIns.find(({ module }) => module.test(id))
          return standIn && { code: standIn.contents, moduleType: 'js' }
        },
      },
    ],
  })
  const { output } = await bundle.write({
    dir: folder,
    minify,
    banner: ({ isEntry }) => (isEntry ? '#!/usr/bin/env node' : ''),
    chunkFileNames: 'chunks/cli-[name]-[hash].js',
    codeSplitting: { groups: [{ name: 'run', test: /[\\/]src[\\/]cli[\\/]run\.ts$/ }] },
  })
  return output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []))
}
