import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (file: string) => fileURLToPath(new URL(`src/${file}.ts`, import.meta.url))

/** Another installed package that stands in for msw, such as `npm install --no-save msw-3@npm:msw@3` makes. */
const { MSW: msw = 'msw' } = process.env

// biome-ignore lint/style/noDefaultExport: vitest reads no other
export default defineConfig({
  resolve: {
    alias: [
      { find: /^msw(?=\/|$)/, replacement: msw },
      // Recipes name the package as its users do.
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
