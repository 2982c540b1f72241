import { defineConfig } from '@playwright/test'
import { browserOptions } from '../chromium.ts'

/** A free one, given by who runs this. */
const { APP_PORT: port = '7431', TSCONFIG } = process.env
const baseURL = `http://127.0.0.1:${port}`

// biome-ignore lint/style/noDefaultExport: Playwright reads no other
export default defineConfig({
  testDir: '../..',
  testMatch: ['browser/runner/{passing,failing}.ts', 'recipes/*.spec.ts'],
  // Where the package was bundled before: Playwright would take ten seconds for the sources.
  ...(TSCONFIG && { tsconfig: TSCONFIG }),
  outputDir: '../../../node_modules/.cache/playwright',
  workers: 1,
  timeout: 180_000,
  expect: { timeout: 45_000 },
  webServer: { command: `node ${import.meta.dirname}/app.mjs ${port}`, url: baseURL, timeout: 180_000 },
  use: { baseURL, launchOptions: browserOptions },
})
