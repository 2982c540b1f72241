import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const { KEPT } = process.env

// biome-ignore lint/style/noDefaultExport: Vitest reads no other
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  cacheDir: fileURLToPath(new URL('../../../node_modules/.cache/vitest-covered', import.meta.url)),
  test: {
    ...(KEPT && { provide: { ricloudCoverage: KEPT } }),
    include: ['*.covered.ts'],
    globalSetup: ['../../../src/vitest-coverage.ts'],
    // The modules that one run has transformed are kept for the next.
    experimental: { fsModuleCache: true },
    testTimeout: 180_000,
  },
})
