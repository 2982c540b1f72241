/** What may happen beside a client, between two of its calls; a sweep lets it happen before each call in turn. */
export const meanwhile = {
  /** The service ends all active sessions. */
  'session-expired': { do: 'session.expire', where: { state: 'active' }, with: { error: 'service' } },
  /** Another client rotates the key, and revokes its token at once. */
  'token-rotated': { do: 'key.rotate', where: { id: 1 }, with: { force: true } },
} as const
