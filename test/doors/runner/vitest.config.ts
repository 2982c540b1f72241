import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// biome-ignore lint/style/noDefaultExport: Vitest reads no other
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  cacheDir: fileURLToPath(new URL('../../../node_modules/.cache/vitest-runner', import.meta.url)),
  resolve: { alias: { 'ricloud-mock/vitest': fileURLToPath(new URL('../../../src/vitest.ts', import.meta.url)) } },
  // The modules that one run has transformed are kept for the next.
  test: {
    include: ['failing.ts', process.env.PRINTED ?? ''],
    experimental: { fsModuleCache: true },
    testTimeout: 180_000,
  },
})
