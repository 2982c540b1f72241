// Prints how much a page loads, gzipped, and fails where that is over the limits. Run `npm run build` first.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const limits = { mock: 120, page: 60, module: 60 } as const

if (!existsSync('dist/browser.js')) throw new Error('There is no dist/browser.js: run `npm run build` first.')

/** What a page loads before anything is asked of the mock: its chunks for generated records and OpenAPI come when needed. */
async function mock(): Promise<number> {
  const { outputFiles, metafile } = await build({
    entryPoints: ['dist/browser.js'],
    outdir: 'out',
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    external: ['msw', 'msw/*'],
    metafile: true,
    write: false,
    legalComments: 'none',
    logLevel: 'error',
  })
  const loaded = new Set<string>()
  const load = (path: string) => {
    if (loaded.has(path)) return
    loaded.add(path)
    for (const { path: other, kind } of metafile.outputs[path]?.imports ?? []) {
      if (kind === 'import-statement' && metafile.outputs[other]) load(other)
    }
  }
  load('out/browser.js')
  const files = outputFiles.filter(({ path }) => [...loaded].some((one) => path.endsWith(`/${one}`)))
  return files.reduce((sum, { contents }) => sum + gzipSync(contents).length, 0)
}

const scripts = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .reduce((sum, name) => sum + gzipSync(readFileSync(`${folder}/${name}`)).length, 0)

const sizes = [
  ['the mock in a page, msw aside', await mock(), limits.mock],
  ["the inspector's page", scripts('dist/inspector'), limits.page],
  ["the inspector's module", gzipSync(readFileSync('dist/inspector.js')).length, limits.module],
] as const
for (const [what, bytes, limit] of sizes) {
  const isOver = bytes > limit * 1024
  process.stdout.write(
    `${(bytes / 1024).toFixed(1).padStart(6)} KB gzipped of ${limit} KB: ${what}${isOver ? ' IS OVER' : ''}\n`,
  )
  if (isOver) process.exitCode = 1
}
