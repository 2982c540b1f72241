// Makes the README's picture of the inspector's time line, from the built command. Run `npm run build` first.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { browserOptions } from './chromium.ts'

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
const picture = fileURLToPath(new URL('time-line.png', import.meta.url))
const server = spawn(process.execPath, [cli, '--port', '0', '--scenario', 'service-expiry', '--json'], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
const [line] = await new Promise<[string]>((resolve) =>
  createInterface(server.stdout).once('line', (line) => resolve([line])),
)
const { url, token } = JSON.parse(line) as { url: string; token: string }

const post = async (path: string, body: object) => {
  const headers = { authorization: `Token ${token}` }
  const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`POST ${path} was answered ${response.status}: ${await response.text()}`)
}
const start = (identifier: string) =>
  post('/sessions', {
    source: { user: 1, type: 'icloud.account', identifier },
    payload: { password: 'joshua', code: '123456' },
  })

const browser = await chromium.launch(browserOptions)
try {
  await post('/_mock/clock', { frozen: true })
  for (const [identifier, advance] of [
    ['ada@example.com', '5h'],
    ['wrong-password@example.com', '3h'],
    ['grace@example.com', '9h'],
    ['expires@example.com', '6h'],
    ['slow@example.com', '5h'],
    ['renate@example.com', '2h'],
  ] as const) {
    await start(identifier)
    await post('/_mock/clock', { advance })
  }
  await post('/keys/1/rotate', {})
  await start('stuck@example.com')
  await post('/_mock/clock', { advance: '1h' })
  const tab = await browser.newPage({ viewport: { width: 1180, height: 620 }, colorScheme: 'light' })
  await tab.goto(`${url}/_mock#/time`)
  await tab.waitForSelector('.connection[data-connection=live]')
  await tab.waitForSelector('.line')
  await tab.waitForTimeout(500)
  await tab.screenshot({ path: picture, animations: 'disabled' })
} finally {
  await browser.close()
  server.kill()
}
