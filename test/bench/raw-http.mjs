// The limit of the runtime: node:http with fixed text, no routes, no token, no state.

import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const { users, sessions } = JSON.parse(readFileSync(new URL('../../fixtures/default.json', import.meta.url), 'utf8'))
const user = Buffer.from(JSON.stringify(users[0]))
const ten = Array.from({ length: 10 }, (_, i) => sessions[i % sessions.length])
const list = Buffer.from(JSON.stringify({ data: ten, has_more: true, total_count: 400, url: '/sessions' }))

createServer((request, response) => {
  const send = (status, body) => {
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length })
    response.end(body)
  }
  if (request.method === 'POST') {
    request.resume()
    request.on('end', () => send(201, user))
  } else {
    send(200, request.url?.startsWith('/sessions') ? list : user)
  }
}).listen(Number(process.argv[2]), '127.0.0.1')
