/** Throws an Error that says what to do where the browser offers no service workers. */
export function demandServiceWorkers(): void {
  if (typeof navigator === 'object' && 'serviceWorker' in navigator && location.protocol !== 'file:') return
  throw new Error(
    `Failed to start the worker: the browser offers no service worker at ${location.origin === 'null' ? location.href : location.origin}. Open the page over https or at localhost.`,
  )
}

/**
 * Why the worker script could not be registered, and what to do.
 *
 * @param script where it was looked for
 * @param error what msw says
 */
export async function registrationError(script: string, error: unknown): Promise<Error> {
  const url = new URL(script, location.href).href
  const found = await foundAt(url)
  const why =
    found === undefined
      ? `${url}: ${error instanceof Error ? error.message : String(error)}`
      : `there is no worker script at ${url} (${found}). Run \`npx ricloud-mock init <folder>\` with the folder that the page's files are served from`
  return new Error(`Failed to start the worker: ${why}.`, { cause: error })
}

/** What stands where the worker script should; undefined if that is a script. */
async function foundAt(url: string): Promise<string | undefined> {
  try {
    const { ok, status, headers } = await fetch(url, { cache: 'no-store' })
    if (!ok) return `the answer was ${status}`
    const type = headers.get('content-type') ?? ''
    return /\b(?:java|ecma)script\b/i.test(type) ? undefined : `the answer was ${type || 'of no type'}, no script`
  } catch {
    return 'nobody answered'
  }
}
