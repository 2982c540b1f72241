// Builds dist: the doors as ES modules that share chunks, the command as one file, and the declarations.
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild'

/**
 * Parts of @mswjs/data that a mock never calls: its own handlers, which bring a second msw and graphql, and the sharing
 * of writes between browser tabs.
 */
const unused: Plugin = {
  name: 'unused',
  setup({ onLoad }) {
    onLoad({ filter: /@mswjs[\\/]data[\\/]lib[\\/].*(generateRestHandlers|generateGraphQLHandlers)\.js$/ }, () => ({
      contents:
        'const no = () => { throw new Error("toHandlers() answers in its own words, and is not offered.") }\nexports.generateRestHandlers = exports.generateGraphQLHandlers = exports.generateGraphQLSchema = no',
    }))
    onLoad({ filter: /@mswjs[\\/]data[\\/]lib[\\/]extensions[\\/]sync\.js$/ }, () => ({
      contents: 'exports.sync = () => {}',
    }))
    // Its debug messages are never shown, but each would cost the formatting of its arguments.
    onLoad({ filter: /[\\/]node_modules[\\/]debug[\\/]src[\\/](index|browser)\.js$/ }, () => ({
      contents: 'const off = () => {}\nmodule.exports = exports = () => off\nexports.debug = exports',
    }))
  },
}

const shared: BuildOptions = {
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  external: ['msw', 'msw/*', 'node:*'],
  plugins: [unused],
  metafile: true,
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
}

/** The licences of what dist holds of others. */
function licences(metafiles: readonly Metafile[]): string {
  const inputs = metafiles.flatMap((metafile) => Object.keys(metafile.inputs))
  const folders = new Set(inputs.flatMap((input) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []))
  return [...folders]
    .sort()
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
      const names = ['LICENSE', 'LICENSE.md', 'license', 'LICENSE.txt', 'license.md', 'LICENCE']
      const text = names.flatMap((file) => {
        try {
          return [readFileSync(`${folder}/${file}`, 'utf8').trim()]
        } catch {
          return []
        }
      })[0]
      return `${name} ${version} (${license})\n\n${text ?? 'No licence text in the package.'}\n`
    })
    .join(`\n${'-'.repeat(80)}\n\n`)
}

rmSync('dist', { recursive: true, force: true })
const doors = await build({
  ...shared,
  entryPoints: ['src/index.ts', 'src/node.ts', 'src/browser.ts', 'src/standalone.ts'],
  chunkNames: 'chunks/[name]-[hash]',
})
const cli = await build({
  ...shared,
  entryPoints: { cli: 'src/cli/main.ts' },
  chunkNames: 'chunks/cli-[name]-[hash]',
  banner: { js: '#!/usr/bin/env node' },
  minify: true,
})
writeFileSync('dist/THIRD-PARTY-LICENCES.txt', licences([doors, cli].flatMap(({ metafile }) => metafile ?? [])))
execFileSync(
  'npx',
  ['tsc', '--noEmit', 'false', '--emitDeclarationOnly', '--declaration', '--declarationMap', '--outDir', 'dist/types'],
  { stdio: 'inherit' },
)
if (process.argv.includes('--analyze')) {
  const bytes = new Map<string, number>()
  for (const [input, { bytesInOutput }] of Object.entries(cli.metafile?.outputs['dist/cli.js']?.inputs ?? {})) {
    const folder = /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? input
    bytes.set(folder, (bytes.get(folder) ?? 0) + bytesInOutput)
  }
  console.table([...bytes].sort((a, b) => b[1] - a[1]))
}
