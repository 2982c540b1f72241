import { defineConfig } from 'vitest/config'

// biome-ignore lint/style/noDefaultExport: vitest reads no other
export default defineConfig({ test: { setupFiles: ['test/support/conform-all.ts'], testTimeout: 20_000 } })
