import { join } from 'node:path'
import { loadScript } from './compile-cache.ts'

const { exports, keep } = loadScript(join(import.meta.dirname, 'chunks/cli-run.cjs'))

;(exports as typeof import('./run.ts')).run(process.argv.slice(2), keep).then((code) => process.exit(code))
