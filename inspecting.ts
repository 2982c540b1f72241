// How the inspector's sources become a page and a module, in the build and in the tests that need them.
import { fileURLToPath } from 'node:url'
import { build, type InlineConfig, type Rolldown } from 'vite'

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))

const shared: InlineConfig = {
  configFile: false,
  logLevel: 'warn',
  define: { 'process.env.NODE_ENV': '"production"' },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
}

/** Not older than what the page's styles and streams need. */
const target = ['chrome123', 'firefox121', 'safari17.5']

/** Builds the page into a folder, and the module beside it; gives back the files of others that they hold. */
export async function buildInspector(page: string, module: string): Promise<readonly string[]> {
  const made = await build({
    ...shared,
    root: path('src/inspector'),
    base: '/_mock/inspector/',
    build: {
      target,
      cssTarget: target,
      outDir: page,
      emptyOutDir: true,
      assetsDir: '',
      assetsInlineLimit: 0,
      modulePreload: false,
      rolldownOptions: { output: { assetFileNames: '[name]-[hash][extname]' } },
    },
  })
  const [, folder = '', file = ''] = /^(.*)[\\/]([^\\/]+)\.js$/.exec(module) ?? []
  const mounted = await build({
    ...shared,
    root: path('.'),
    build: {
      target,
      cssTarget: target,
      outDir: folder,
      emptyOutDir: false,
      lib: { entry: path('src/inspector.ts'), formats: ['es'], fileName: () => `${file}.js` },
    },
  })
  return [made, mounted].flatMap((output) => inputsOf(output as Rolldown.RolldownOutput | Rolldown.RolldownOutput[]))
}

const inputsOf = (output: Rolldown.RolldownOutput | Rolldown.RolldownOutput[]) =>
  [output].flat().flatMap((one) => one.output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : [])))
