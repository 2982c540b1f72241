import * as module from 'node:module'

// Node 22.8 and newer caches compiled code in its folder below the system's temporary one, unless
// NODE_DISABLE_COMPILE_CACHE is set. Only what is imported afterwards is cached, so this file imports nothing before.
const { enableCompileCache } = module as { readonly enableCompileCache?: () => void }
enableCompileCache?.()
const { run } = await import('./run.ts')

process.exit(await run(process.argv.slice(2)))
