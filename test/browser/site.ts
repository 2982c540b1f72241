import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'

/** The msw of the page, as vitest.config.ts has it for the tests. */
const { MSW: msw = 'msw' } = process.env

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A site on the loopback address with a page, its script and msw's worker script; it answers all else itself, `/missing…` aside. */
export async function startSite(pageScript: string): Promise<{ url: string; close(): void }> {
  const script = { 'content-type': 'text/javascript' }
  // A browser that keeps a script, and what it compiled of it, loads a page in half the time.
  const kept = { ...script, 'cache-control': 'max-age=3600' }
  const files: Readonly<Record<string, { headers: Record<string, string>; body: string | Uint8Array }>> = {
    '/': {
      headers: { 'content-type': 'text/html' },
      body: '<!doctype html><meta charset="utf-8"><title>A page</title><script type="module" src="/page.js"></script>',
    },
    '/page.js': { headers: kept, body: pageScript },
    '/mockServiceWorker.js': {
      headers: script,
      body: await readFile(`${root}/node_modules/${msw}/lib/mockServiceWorker.js`),
    },
  }
  const server = createServer(({ url = '/' }, response) => {
    if (url.startsWith('/missing')) return response.writeHead(404).end()
    const { headers, body } = files[url] ?? { headers: { 'content-type': 'text/plain' }, body: 'from the network' }
    return response.writeHead(200, headers).end(body)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
