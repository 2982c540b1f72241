import type { IncomingMessage } from 'node:http'
import { apiErrors } from '../engine/errors.ts'

/** Whether the body is announced as longer than the limit. */
export const isAnnouncedOver = (request: IncomingMessage, limit: number) =>
  Number(request.headers['content-length']) > limit

/** The body as text; undefined as soon as it is longer than the limit, and the rest is thrown away. */
export function readBody(request: IncomingMessage, limit: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    if (isAnnouncedOver(request, limit)) resolve(undefined)
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > limit) {
        chunks.length = 0
        resolve(undefined)
      } else {
        chunks.push(chunk)
      }
    })
    request.on('end', () => resolve(new TextDecoder().decode(Buffer.concat(chunks))))
    request.on('error', () => reject(apiErrors.bodyCut()))
    request.on('close', () => {
      // Every request closes, and an error nobody gets would cost as much as reading the body.
      if (!request.readableEnded) reject(apiErrors.bodyCut())
    })
  })
}
