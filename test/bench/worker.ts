// A call answered through the service worker: by a bare handler of msw, and by a mock. Each round has a page of its own.
import { fileURLToPath } from 'node:url'
import { chromium } from '@playwright/test'
import { browserOptions } from '../browser/chromium.ts'
import { startSite } from '../browser/site.ts'
import { bundleScript } from '../support/bundle.ts'
import type { Measure } from './page-worker.ts'

declare const measure: Measure

const names = ['bare', 'mock', 'persisting'] as const
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
const site = await startSite(
  await bundleScript(fileURLToPath(new URL('page-worker.ts', import.meta.url)), { msw: process.env.MSW ?? 'msw' }),
)
const browser = await chromium.launch(browserOptions)
const times = new Map<string, number[]>(names.map((name) => [name, []]))
for (let round = 0; round < 7; round++) {
  for (const name of names) {
    const context = await browser.newContext()
    const tab = await context.newPage()
    await tab.goto(site.url, { waitUntil: 'load' })
    times.get(name)?.push(await tab.evaluate((name) => measure(name, 1500), name))
    await context.close()
  }
}
await browser.close()
site.close()
const [bare = 0, ...ours] = names.map((name) => median(times.get(name) ?? []))
process.stdout.write(`a bare handler of msw: ${bare.toFixed(0)} µs\n`)
for (const [i, time] of ours.entries()) {
  process.stdout.write(`${names[i + 1]}: ${time.toFixed(0)} µs, ×${(time / bare).toFixed(2)} (wanted: ≤ ×1.2)\n`)
}
