/** A word as a POSIX shell reads it, whatever is in it. */
export const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`

/** The address by which a server can be called from this machine: one that listens everywhere has no name of its own. */
export const callableUrl = (url: string) => url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:')

/** What a client needs to know of a server, as variables of the environment. */
export function variablesOf({ url, token, controlToken }: ServerFacts): Readonly<Record<string, string>> {
  const callable = callableUrl(url)
  return {
    RICLOUD_URL: callable,
    RICLOUD_TOKEN: token,
    RICLOUD_CONTROL_URL: `${callable}/_mock`,
    ...(controlToken !== undefined && { RICLOUD_CONTROL_TOKEN: controlToken }),
  }
}

interface ServerFacts {
  readonly url: string
  readonly token: string
  readonly controlToken?: string | undefined
}
