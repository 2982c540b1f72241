import { messageOf } from '../engine/thrown.ts'

/** Throws an Error that says what to do if the browser has no service workers here. */
export function requireServiceWorkers(): void {
  if (typeof navigator === 'object' && 'serviceWorker' in navigator && location.protocol !== 'file:') return
  throw new Error(
    `Failed to start the worker: the browser has no service workers at ${location.origin === 'null' ? location.href : location.origin}. Open the page over https or at localhost.`,
  )
}

/**
 * An Error that says why the worker script could not be registered, and what to do.
 *
 * @param script the URL of the script
 * @param error the error of msw
 */
export async function registrationError(script: string, error: unknown): Promise<Error> {
  const url = new URL(script, location.href).href
  const problem = await scriptProblem(url)
  const why =
    problem === undefined
      ? `${url}: ${messageOf(error)}`
      : `there is no worker script at ${url} (${problem}). Run \`npx ricloud-mock init <folder>\` with the folder that the page's files are served from`
  return new Error(`Failed to start the worker: ${why}.`, { cause: error })
}

/** Why a URL has no script; undefined if it has one. */
async function scriptProblem(url: string): Promise<string | undefined> {
  try {
    const { ok, status, headers } = await fetch(url, { cache: 'no-store' })
    if (!ok) return `the answer was ${status}`
    const type = headers.get('content-type') ?? ''
    return /\b(?:java|ecma)script\b/i.test(type) ? undefined : `the answer was ${type || 'of no type'}, no script`
  } catch {
    return 'no answer'
  }
}
