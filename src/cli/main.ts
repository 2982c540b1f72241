import { cacheCompiledCode } from './compile-cache.ts'

// Only what is imported afterwards is cached.
cacheCompiledCode()
const { run } = await import('./run.ts')

process.exit(await run(process.argv.slice(2)))
