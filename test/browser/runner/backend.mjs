// A backend that makes a user: `backend.mjs <port>`. It finds the API by RICLOUD_URL.
import { createServer } from 'node:http'

createServer(async (_, response) => {
  const { status } = await fetch(`${process.env.RICLOUD_URL}/users`, {
    method: 'POST',
    headers: { authorization: 'Token ricloud-mock-token' },
    body: '{"identifier": "new@example.com"}',
  })
  response.writeHead(status).end()
}).listen(Number(process.argv[2]), '127.0.0.1')
