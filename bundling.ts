// How the sources become bundles, in the build and in the tests that need one.
import type { BuildOptions, Plugin } from 'esbuild'

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
    // Debug messages that nobody reads; each would cost the formatting of its arguments.
    module: /[\\/]node_modules[\\/]debug[\\/]src[\\/](index|browser)\.js$/,
    contents: 'const off = () => {}; module.exports = exports = () => off; exports.debug = exports',
  },
  {
    // One function of each is used, and their indexes load everything.
    module: /[\\/]node_modules[\\/]lodash[\\/]lodash\.js$/,
    contents: "exports.isFunction = require('lodash/isFunction')",
  },
  {
    module: /[\\/]node_modules[\\/]date-fns[\\/](esm[\\/])?index\.js$/,
    contents: "exports.compareAsc = require('date-fns/compareAsc').default ?? require('date-fns/compareAsc')",
  },
]

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
