// Makes the README's picture of the inspector's time line, from the built command. Run `npm run build` first.
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { chromium } from '@playwright/test'
import { browserOptions } from './chromium.ts'

const cli = fileURLToPath(new URL('../../dist/cli.cjs', import.meta.url))
const picture = fileURLToPath(new URL('../../src/inspector/time-line.webp', import.meta.url))
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
  return (await response.json()) as { id: string }
}
const start = (identifier: string) =>
  post('/sessions', {
    source: { user: 1, type: 'icloud.account', identifier },
    payload: { password: 'joshua', code: '123456' },
  })

const browser = await chromium.launch(browserOptions)
try {
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
  const { id: session } = await start('photos@example.com')
  await post('/_mock/clock', { advance: '1m' })
  await post('/polls', { session, payload: { data_types: ['ios_messages.messages', 'messages.sms'] } })
  await post('/subscriptions', { session, poll_payload: { data_types: ['ios_messages.messages'] }, interval: 10_800 })
  await post('/_mock/clock', { advance: '5h' })
  await post('/keys/1/rotate', {})
  await start('stuck@example.com')
  await post('/_mock/clock', { advance: '1h' })
  const tab = await browser.newPage({ viewport: { width: 1180, height: 620 }, colorScheme: 'light' })
  await tab.goto(`${url}/_mock#/time`)
  await tab.waitForSelector('.connection[data-connection=live]')
  await tab.waitForSelector('.line')
  await tab.waitForTimeout(500)
  const png = (await tab.screenshot({ animations: 'disabled' })).toString('base64')
  // The browser itself makes it a WebP, half as large.
  const drawer = await browser.newPage()
  const webp = await drawer.evaluate(async (png) => {
    const image = new Image()
    image.src = `data:image/png;base64,${png}`
    await image.decode()
    const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height })
    canvas.getContext('2d')?.drawImage(image, 0, 0)
    return canvas.toDataURL('image/webp', 0.8).split(',')[1] as string
  }, png)
  writeFileSync(picture, Buffer.from(webp, 'base64'))
} finally {
  await browser.close()
  server.kill()
}
