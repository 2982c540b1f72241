import type { Page } from '@playwright/test'

export const api = 'https://ricloud-api.reincubate.com'

export const newSession = {
  source: { user: 1, type: 'icloud.account', identifier: 'renate@example.com' },
  payload: { password: 'joshua', code: '123456' },
}

/** A page of an application, which is on another origin than the API. */
export async function open(page: Page): Promise<void> {
  await page.route('http://app.test/', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }))
  await page.goto('http://app.test/')
}

/** Calls with the token that an application was given once and for all; runs in a page or in Node. */
export async function call([url, body]: readonly [url: string, body?: object]) {
  const headers = { authorization: 'Token ricloud-mock-token', 'content-type': 'application/json' }
  const response = await fetch(url, body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers })
  return { status: response.status, mocked: response.headers.get('date'), body: await response.json() }
}
