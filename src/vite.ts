import { readFile } from 'node:fs/promises'
import type { RicloudWorkerOptions } from './browser.ts'
import { UsageError } from './engine/errors.ts'
import { shown } from './engine/messages.ts'
import { Mock } from './mock/ricloud.ts'
import { findWorker, workerFile } from './server/worker-file.ts'

/** The options of the mock in the page, which are sent to it as JSON. */
export interface RicloudMockOptions extends Omit<RicloudWorkerOptions, 'localStorage' | 'log'> {
  /** Whether the page has a button that opens the inspector; false by default. */
  readonly inspector?: boolean | undefined
}

/** The parts of Vite's configuration and server that the plugin uses: its declarations need no Vite. */
interface ViteConfig {
  readonly root: string
  readonly base: string
}
interface ViteServer {
  readonly middlewares: {
    use(
      handle: (
        request: { readonly url?: string | undefined },
        response: { setHeader(name: string, value: string): unknown; end(body: Uint8Array): unknown },
        next: () => void,
      ) => void,
    ): unknown
  }
}

/** A plugin of Vite. */
export interface RicloudMockPlugin {
  readonly name: string
  apply(config: object, env: { command: string; mode: string; isPreview?: boolean | undefined }): boolean
  config(): { optimizeDeps: { include: string[] } }
  configResolved(config: ViteConfig): void
  configureServer(server: ViteServer): void
  readonly transformIndexHtml: {
    readonly order: 'pre'
    handler(html: string, context: { readonly path: string }): string
  }
  resolveId(id: string): string | undefined
  load(id: string): string | undefined
}

/** The module that starts the mock, and how those begin that import an entry of the page after that. */
const startModule = '\0ricloud-mock/start'
const entryModule = '\0ricloud-mock/entry:'

const tag = /<script\b[^>]*>/gi
const isModule = /\stype\s*=\s*(?:"module"|'module'|module(?=[\s>]))/i
const source = /(\ssrc\s*=\s*)(?:"([^"]*)"|'([^']*)')/i

/**
 * A plugin of Vite: in development it serves msw's worker script and starts the mock before the scripts of each page; of
 * a production build it is no part. Scripts within the page itself do not wait for the mock.
 *
 * @param options of `setupRicloudWorker`, as far as they are JSON, and `inspector`
 * @throws an Error that names every invalid option, when the development server starts
 */
export function ricloudMock({ inspector = false, ...options }: RicloudMockOptions = {}): RicloudMockPlugin {
  let config: ViteConfig
  return {
    name: 'ricloud-mock',
    apply: (_, { command, isPreview, mode }) => command === 'serve' && !isPreview && mode !== 'test',
    config: () => ({
      optimizeDeps: { include: ['ricloud-mock/browser', ...(inspector ? ['ricloud-mock/inspector'] : [])] },
    }),
    configResolved(resolved) {
      config = resolved
    },
    configureServer(server) {
      requireJson(options)
      const { baseUrl: _, persist: __, ...ofMock } = options
      new Mock(ofMock, { own: ['baseUrl', 'persist', 'inspector'], lacks: ['localStorage', 'log'] }).end()
      const script = findWorker(config.root)
      server.middlewares.use(async ({ url = '' }, response, next) => {
        if (url.split('?', 1)[0] !== config.base + workerFile) return next()
        response.setHeader('content-type', 'text/javascript')
        response.end(await readFile(script))
      })
    },
    transformIndexHtml: {
      order: 'pre',
      handler: (html, { path }) =>
        html.replace(tag, (script) =>
          isModule.test(script)
            ? script.replace(source, (...found) => `${found[1]}"${entryUrl(found[2] ?? found[3], path)}"`)
            : script,
        ),
    },
    resolveId: (id) => (id === startModule || id.startsWith(entryModule) ? id : undefined),
    load(id) {
      if (id === startModule) return startCode()
      if (!id.startsWith(entryModule)) return undefined
      const entry = decodeURIComponent(id.slice(entryModule.length))
      return `import ${JSON.stringify(startModule)}\nawait import(${JSON.stringify(entry)})`
    },
  }

  /** The URL of a module that imports a script once the mock has started. */
  function entryUrl(script: string, page: string): string {
    return /^(?:[a-z]+:)?\/\//i.test(script)
      ? script
      : `/@id/${entryModule.replace('\0', '__x00__')}${encodeURIComponent(new URL(script, `http://page${page}`).pathname)}`
  }

  function startCode(): string {
    const start = { serviceWorker: { url: config.base + workerFile } }
    return [
      "import { setupRicloudWorker } from 'ricloud-mock/browser'",
      `const ricloud = await setupRicloudWorker(${JSON.stringify(options)}).start(${JSON.stringify(start)})`,
      ...(inspector ? ["import { mountInspector } from 'ricloud-mock/inspector'", 'mountInspector(ricloud)'] : []),
    ].join('\n')
  }
}

/** Throws an Error that names an option which a page cannot have. */
function requireJson(options: object): void {
  for (const [name, value] of Object.entries(options)) {
    if (typeof value === 'function') {
      throw new UsageError(`ricloudMock sends its options to the page: ${name} must be JSON, got ${shown(value)}.`)
    }
  }
  if ('localStorage' in options) {
    throw new UsageError('ricloudMock has no option localStorage: a page has no disk.')
  }
}
