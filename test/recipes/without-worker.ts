import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

/** Removes the worker script, which Vite copies from `public`, from production builds. */
export const withoutWorker = (): Plugin => ({
  name: 'without-worker',
  apply: (_, { command, mode }) => command === 'build' && mode === 'production',
  writeBundle: ({ dir = 'dist' }) => rmSync(join(dir, 'mockServiceWorker.js'), { force: true }),
})
