// Builds dist: the doors as ES modules that share chunks, the command as one file, and the declarations.
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { type BuildOptions, build, type Metafile } from 'esbuild'
import { bundleCommand, bundling, quoted } from './bundling.ts'
import { buildInspector } from './inspecting.ts'
import { openapi } from './src/control/openapi.ts'
import { scenarioJsonSchema } from './src/scenario/json-schema.ts'

const shared: BuildOptions = {
  ...bundling,
  outdir: 'dist',
  splitting: true,
  external: ['msw', 'msw/*', 'node:*', 'vitest', '@playwright/test'],
  metafile: true,
}

/** The licences of what dist holds of others. */
function licences(metafiles: readonly Metafile[], others: readonly string[]): string {
  const inputs = [...metafiles.flatMap((metafile) => Object.keys(metafile.inputs)), ...others]
  const folders = new Set(
    inputs.flatMap((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0] ?? []),
  )
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
  entryPoints: ['index', 'node', 'browser', 'standalone', 'vitest', 'playwright'].map((door) => `src/${door}.ts`),
  chunkNames: 'chunks/[name]-[hash]',
})
const cli = await bundleCommand('dist', !process.argv.includes('--readable'))
const inspector = await buildInspector(resolve('dist/inspector'), resolve('dist/inspector.js'))
writeFileSync('dist/openapi.json', `${JSON.stringify(openapi(), null, 2)}\n`)
writeFileSync('dist/scenario.schema.json', `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`)
writeFileSync(
  'dist/THIRD-PARTY-LICENCES.txt',
  licences(
    [doors].flatMap(({ metafile }) => metafile ?? []),
    [...[...cli, ...inspector].map((file) => relative('.', file)), ...quoted],
  ),
)
execFileSync('npx', ['tsc', '--noEmit', 'false', '--emitDeclarationOnly', '--declaration', '--outDir', 'dist/types'], {
  stdio: 'inherit',
})
for (const other of ['test', 'build.d.ts', 'bundling.d.ts', 'inspecting.d.ts', 'size.d.ts', 'vitest.config.d.ts']) {
  rmSync(`dist/types/${other}`, { recursive: true, force: true })
}
