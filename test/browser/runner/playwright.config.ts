import { defineConfig } from '@playwright/test'
import { browserOptions } from '../chromium.ts'

// biome-ignore lint/style/noDefaultExport: Playwright reads no other
export default defineConfig({
  testMatch: /(?:passing|failing)\.ts/,
  outputDir: '../../../node_modules/.cache/playwright',
  workers: 1,
  use: { launchOptions: browserOptions },
})
