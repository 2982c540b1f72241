import * as module from 'node:module'

// Where Node can (22.8 and newer), it keeps what it compiled in its folder below the system's temporary one, unless
// NODE_DISABLE_COMPILE_CACHE is set. This file does nothing else, so that everything after it is kept.
const { enableCompileCache } = module as { readonly enableCompileCache?: () => void }
enableCompileCache?.()
const { run } = await import('./run.ts')

process.exit(await run(process.argv.slice(2)))
