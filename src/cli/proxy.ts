type Environment = Readonly<Record<string, string | undefined>>

/** Programs read one of these, some the first and some the second. */
const names = ['NO_PROXY', 'no_proxy'] as const

/** Whether calls of plain HTTP go to a proxy, with their tokens, unless `NO_PROXY` names the host. */
export const hasProxy = (environment: Environment) =>
  ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'].some((name) => Boolean(environment[name]))

/** The variables by which calls of a URL go to no proxy, beside those that go to none already. */
export function withoutProxy(url: string, environment: Environment): Readonly<Record<string, string>> {
  const { hostname } = new URL(url)
  // Of an IPv6 address some programs know only the form with brackets, and some only the one without.
  const forms = hostname.startsWith('[') ? [hostname.slice(1, -1), hostname] : [hostname]
  const [upper, lower] = names.map((name) => environment[name] ?? '')
  const extended = (given: string) => {
    const known = given.split(/[\s,]+/)
    // A list that is nothing but * means all hosts, and with another one beside it no longer does.
    if (given.trim() === '*') return given
    return [given, ...forms.filter((form) => !known.includes(form))].filter(Boolean).join(',')
  }
  return { NO_PROXY: extended(upper || lower || ''), no_proxy: extended(lower || upper || '') }
}
