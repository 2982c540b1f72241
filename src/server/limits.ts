/** Timeouts and size limits of a server. Names without a unit are Node's own options, in milliseconds or bytes. */
export interface Limits {
  /** Clients send headers in one piece: one that takes longer is stuck, or holds the connection on purpose. */
  readonly headersTimeout: number
  /** For a whole request: 1 MiB of body even over a line of 35 kB/s. */
  readonly requestTimeout: number
  /** How often the two timeouts above are checked, and whether clients read. */
  readonly connectionsCheckingInterval: number
  /** Longer than the pauses of a test or a person, so that a pooled connection is not closed as a call begins. */
  readonly keepAliveTimeout: number
  /** Node's default, set here so that `node --max-http-header-size` does not change it. */
  readonly maxHeaderSize: number
  /** Far more than tests open; each takes some 10 kB. */
  readonly maxConnections: number
  /** Connections that may arrive in one burst; the others are retried by the client after a second. */
  readonly backlog: number
  /** How long a closing server waits for running calls. */
  readonly graceMilliseconds: number
  /** How long a refused client may take to read the error, while what it still sends is discarded. */
  readonly lingerMilliseconds: number
  /** How often a stream sends at least a comment, so that no proxy closes it as idle. */
  readonly heartbeatMilliseconds: number
  /** How much a stream buffers for a slow reader, which is disconnected beyond it. */
  readonly unreadBytes: number
  /** After how long without progress a client is disconnected that does not read what waits for it. */
  readonly unreadMilliseconds: number
  /** How many bytes of large answers may wait in all; beyond it, clients without progress are disconnected sooner. */
  readonly waitingBytes: number
}

/** The limits of every server but those of tests. */
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
  unreadMilliseconds: 30_000,
  waitingBytes: 128 * 1024 * 1024,
}
