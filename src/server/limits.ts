/** How long and how much a server takes from whoever is connected. The names without a unit are Node's own, in milliseconds or bytes. */
export interface Limits {
  /** Headers come in one piece from any client; who takes longer is stuck, or holds the connection on purpose. */
  readonly headersTimeout: number
  /** For a whole request: 1 MiB of body even over a line of 35 kB/s. */
  readonly requestTimeout: number
  /** How often the two above are looked after: nobody gets much more time than they say. */
  readonly connectionsCheckingInterval: number
  /** Longer than the pauses of a test or a person, so that a pooled connection is not closed under a call. */
  readonly keepAliveTimeout: number
  /** Node's own default, said here so that no flag of Node changes it. */
  readonly maxHeaderSize: number
  /** Far more than tests open, and each costs some 10 kB. */
  readonly maxConnections: number
  /** Connections that arrive in one burst; those beyond it try again only after a second. */
  readonly backlog: number
  /** How long a server that closes waits for running answers. */
  readonly graceMilliseconds: number
  /** How long a refused client may take to read why, while what it still sends is thrown away. */
  readonly lingerMilliseconds: number
  /** A stream says something at least this often, so that no proxy takes it for dead. */
  readonly heartbeatMilliseconds: number
  /** What a stream keeps for a reader that is slower than the news; beyond it the reader is cut off. */
  readonly unreadBytes: number
}

/** What a server takes unless a test shortens it. */
export const limits: Limits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 60_000,
  maxHeaderSize: 16 * 1024,
  maxConnections: 10_000,
  backlog: 4_096,
  graceMilliseconds: 2_000,
  lingerMilliseconds: 1_000,
  heartbeatMilliseconds: 15_000,
  unreadBytes: 1024 * 1024,
}
