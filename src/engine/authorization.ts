/**
 * The token in a header `Authorization: Token <token>`, with spaces or tabs between the two; undefined in any other.
 *
 * @param schemes other words that may stand for `token`, in lower case
 */
export function tokenIn(
  authorization: string | null | undefined,
  schemes: readonly string[] = ['token'],
): string | undefined {
  const [, scheme = '', token] = /^(\S+)[ \t]+(\S+)$/.exec(authorization?.trim() ?? '') ?? []
  return schemes.includes(scheme.toLowerCase()) ? token : undefined
}
