import { defineConfig } from '@playwright/test'
import { browserOptions } from '../chromium.ts'

const port = 7431
const baseURL = `http://127.0.0.1:${port}`

// biome-ignore lint/style/noDefaultExport: Playwright reads no other
export default defineConfig({
  testDir: '../..',
  testMatch: ['browser/runner/{passing,failing}.ts', 'recipes/*.spec.ts'],
  outputDir: '../../../node_modules/.cache/playwright',
  workers: 1,
  webServer: { command: `node ${import.meta.dirname}/app.mjs ${port}`, url: baseURL },
  use: { baseURL, launchOptions: browserOptions },
})
