// An application with a page that starts a session and shows its state: `app.mjs <port>`.
import { createServer } from 'node:http'

const page = `<!doctype html><meta charset="utf-8"><title>App</title>
<button id="start">Start</button> <button id="look">Look again</button> <output></output>
<script type="module">
  const call = async (path, body) => {
    const headers = { authorization: 'Token ricloud-mock-token' }
    const init = body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers }
    return (await fetch('https://ricloud-api.reincubate.com' + path, init)).json()
  }
  const source = { user: 1, type: 'icloud.account', identifier: 'renate@example.com' }
  let session
  async function look() {
    document.querySelector('output').textContent = (await call('/sessions/' + session.id)).state ?? 'failed'
  }
  document.querySelector('#start').onclick = async () => {
    try {
      session = await call('/sessions', { source, payload: { password: 'joshua' } })
      await look()
    } catch {
      document.querySelector('output').textContent = 'failed'
    }
  }
  document.querySelector('#look').onclick = look
</script>`

/** A service worker of the application that makes every call of the page itself. */
const worker = `
addEventListener('activate', (event) => event.waitUntil(clients.claim()))
addEventListener('fetch', (event) => event.respondWith(fetch(event.request)))`

createServer(({ url }, response) => {
  const isWorker = url === '/worker.js'
  response.setHeader('content-type', isWorker ? 'text/javascript' : 'text/html').end(isWorker ? worker : page)
}).listen(Number(process.argv[2]), '127.0.0.1')
