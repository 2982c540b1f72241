import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (file: string) => fileURLToPath(new URL(`src/${file}.ts`, import.meta.url))

// biome-ignore lint/style/noDefaultExport: vitest reads no other
export default defineConfig({
  // Recipes name the package as its users do.
  resolve: {
    alias: [
      { find: /^ricloud-mock$/, replacement: source('index') },
      { find: /^ricloud-mock\/(.*)$/, replacement: source('$1') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/conform-all.ts'],
    testTimeout: 20_000,
  },
})
