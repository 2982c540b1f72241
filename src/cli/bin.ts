import { fileURLToPath } from 'node:url'
import { loadScript } from './compile-cache.ts'

const { exports, keep } = loadScript(fileURLToPath(new URL('./chunks/cli-run.cjs', import.meta.url)))

process.exit(await (exports as typeof import('./run.ts')).run(process.argv.slice(2), keep))
