import { shownUrl } from '../engine/messages.ts'

/** The address that a flag names: only http and https, without a password. Throws an Error otherwise. */
export function addressIn(text: string, flag: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (
    (url?.protocol !== 'https:' && url?.protocol !== 'http:') ||
    url.username !== '' ||
    url.password !== '' ||
    url.search !== ''
  )
    throw new Error(`${flag} takes a base URL such as https://ricloud-api.reincubate.com, got ${shownUrl(text)}.`)
  return url
}
