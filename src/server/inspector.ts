import { promises } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import type { Answer } from '../engine/http/exchange.ts'
import { systemReason } from '../engine/system-errors.ts'
import { codeOf } from '../engine/thrown.ts'

/** Folders that may hold the built page: beside the bundle, or relative to the sources or chunks. */
const folderUrls = ['./inspector/', '../../dist/inspector/']

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml; charset=utf-8',
}

/** Allows the page's own files and calls alone, and images made of what it got: no inline script, no eval, no other origin, no frame. */
const policy = [
  "default-src 'none'",
  ...["script-src 'self'", "style-src 'self'", "img-src 'self' blob:", "connect-src 'self'"],
  ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
  "require-trusted-types-for 'script'",
].join('; ')

const securityHeaders = {
  'content-security-policy': policy,
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
}

const isRead = (method: string) => method === 'GET' || method === 'HEAD'

/** Whether a browser requests the page; other clients get the index of calls at the same path. */
const requestsPage = (method: string, path: string, { accept }: IncomingHttpHeaders) =>
  isRead(method) && /^\/_mock\/?(?:[?#]|$)/.test(path) && /\btext\/html\b/i.test(accept ?? '')

/** The name of the file of the page that a call requests. */
const requestedFile = (method: string, path: string) =>
  isRead(method) ? /^\/_mock\/inspector\/(\w[\w-]*\.(?:css|js|svg))(?:[?#]|$)/.exec(path)?.[1] : undefined

/** Whether a call requests the page or a file of it, which hold no data of a world. */
export const isOfPage = (method: string, path: string, headers: IncomingHttpHeaders) =>
  path.startsWith('/_mock') && (requestsPage(method, path, headers) || requestedFile(method, path) !== undefined)

/** The page or a file of it, read at each request; undefined for any other call and for a file that does not exist. */
export async function inspectorAnswer(
  method: string,
  path: string,
  headers: IncomingHttpHeaders,
  folders: readonly URL[] = folderUrls.map((url) => new URL(url, import.meta.url)),
): Promise<Answer | undefined> {
  if (requestsPage(method, path, headers)) {
    try {
      const html = await readFrom(folders, 'index.html')
      return html === undefined ? notBuilt : answer(html, 'html', 'no-cache')
    } catch (error) {
      return unread(error)
    }
  }
  const name = requestedFile(method, path)
  const text = name === undefined ? undefined : await readFrom(folders, name)
  // The name of a file changes with its content.
  return text === undefined
    ? undefined
    : answer(text, name?.split('.').pop() ?? '', 'public, max-age=31536000, immutable')
}

async function readFrom(folders: readonly URL[], name: string): Promise<string | undefined> {
  for (const folder of folders) {
    const names: readonly string[] = await promises.readdir(folder).catch((error) => {
      if (codeOf(error) === 'ENOENT') return []
      throw error
    })
    if (names.includes(name)) return promises.readFile(new URL(name, folder), 'utf8')
  }
  return undefined
}

const answer = (body: string, type: string, caching: string, status = 200): Answer => ({
  status,
  headers: { 'content-type': types[type] as string, 'cache-control': caching, vary: 'Accept', ...securityHeaders },
  body,
})

/** A page in place of the inspector. */
const explanation = (title: string, text: string) =>
  answer(
    `<!doctype html>
<html lang="en-GB"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>ricloud-mock</title>
<h1>${title}</h1>
<p>${text}</p>
<p>All else is there: <code>curl</code> this address for an index of the calls.</p></html>
`,
    'html',
    'no-store',
    503,
  )

const notBuilt = explanation(
  'The inspector is not built',
  'This server runs from its sources. Build the page once with <code>npm run build</code>, and load this again.',
)

const unread = (error: unknown) => explanation('The inspector cannot be read', `Of its files, ${systemReason(error)}.`)
