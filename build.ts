// Builds dist: the doors as ES modules that share chunks, the command with what each start loads in one chunk, and the declarations.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { build } from 'esbuild'
import { bundleCommand, bundling, quoted } from './bundling.ts'
import { buildInspector } from './inspecting.ts'
import { openapi } from './src/control/openapi.ts'
import { definition } from './src/mock/ricloud.ts'
import { scenarioJsonSchema } from './src/scenario/json-schema.ts'

/** The licences of what dist holds of others. */
function licences(inputs: readonly string[]): string {
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

/** Keeps the declarations that these lead to: the others are nobody's to import, and name what is bundled. */
function keepReachable(doors: readonly string[]): void {
  const reached = new Set(doors)
  for (const file of reached) {
    for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/(?:from |import\()['"](\.[^'"]+)['"]/g)) {
      reached.add(resolve(dirname(file), path.replace(/\.tsx?$/, '.d.ts')))
    }
  }
  for (const entry of readdirSync('dist/types', { recursive: true, withFileTypes: true })) {
    const file = resolve(entry.parentPath, entry.name)
    if (entry.isFile() && !reached.has(file)) rmSync(file)
  }
}

rmSync('dist', { recursive: true, force: true })
const doors = await build({
  ...bundling,
  outdir: 'dist',
  splitting: true,
  external: ['msw', 'msw/*', 'node:*', 'vitest', '@playwright/test'],
  metafile: true,
  entryPoints: ['index', 'node', 'browser', 'standalone', 'vitest', 'playwright'].map((door) => `src/${door}.ts`),
  chunkNames: 'chunks/[name]-[hash]',
})
const cli = await bundleCommand('dist', !process.argv.includes('--readable'))
const inspector = await buildInspector(resolve('dist/inspector'), resolve('dist/inspector.js'))
writeFileSync('dist/openapi.json', `${JSON.stringify(openapi(definition.api), null, 2)}\n`)
writeFileSync(
  'dist/scenario.schema.json',
  `${JSON.stringify(scenarioJsonSchema(definition.language.scenario), null, 2)}\n`,
)
writeFileSync(
  'dist/THIRD-PARTY-LICENCES.txt',
  licences([
    ...Object.keys(doors.metafile.inputs),
    ...[...cli, ...inspector].map((file) => relative('.', file)),
    ...quoted,
  ]),
)
execFileSync('npx', ['tsc', '--noEmit', 'false', '--emitDeclarationOnly', '--declaration', '--outDir', 'dist/types'], {
  stdio: 'inherit',
})
const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: Record<string, { types?: string }> }
keepReachable(Object.values(exports).flatMap(({ types }) => (types === undefined ? [] : resolve(types))))
