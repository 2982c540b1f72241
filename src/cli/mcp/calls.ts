import { systemReason } from '../../engine/system-errors.ts'
import { withoutTrailingSlashes } from '../../engine/text.ts'
import { causeOf } from '../../engine/thrown.ts'
import { textOf } from './answers.ts'
import type { ToolCall } from './tools.ts'

/** A server that tools call. */
export interface Target {
  readonly url: string
  readonly token: string
  readonly controlToken: string | undefined
}

/** What a server answered. */
export interface CallAnswer {
  readonly status: number
  readonly text: string
}

/** Calls a server; throws an Error of one sentence if it does not answer. */
export async function callServer(
  { url, controlToken }: Target,
  { method, path, body, token = controlToken }: ToolCall,
  signal: AbortSignal,
): Promise<CallAnswer> {
  const headers = {
    ...(token !== undefined && { authorization: `Token ${token}` }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  }
  try {
    const response = await fetch(`${withoutTrailingSlashes(url)}${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      // Another server would get the token.
      redirect: 'manual',
      signal,
    })
    return { status: response.status, text: await textOf(response) }
  } catch (error) {
    const reason = signal.aborted ? 'the call was given up' : systemReason(causeOf(error) ?? error)
    throw new Error(`${method} ${path} got no answer from ${url}: ${reason}.`)
  }
}
