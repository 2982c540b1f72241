// Loaded into a server by `--import`: tells what is in use after a collection, in bytes, at the port HEAP_PORT.
import { createServer } from 'node:http'

createServer(async (_, response) => {
  for (let i = 0; i < 3; i++) {
    await new Promise((later) => setTimeout(later, 50))
    globalThis.gc()
  }
  const { heapUsed, external } = process.memoryUsage()
  response.end(String(heapUsed + external))
})
  .listen(Number(process.env.HEAP_PORT), '127.0.0.1')
  .unref()
