import { readFileSync } from 'node:fs'

/** How many files the server keeps free for its own use: its code, the page, webhooks. */
const reserved = 64

/**
 * How many connections the limit of open files allows (`ulimit -n`); Infinity where the system does not tell the limit.
 * Beyond that limit the system closes new connections, and Node is not informed.
 *
 * @param limits the path of the file in which Linux tells the limits of a process
 */
export function connectionsAllowed(limits = '/proc/self/limits'): number {
  try {
    const [, soft] = /^Max open files +(\d+)/m.exec(readFileSync(limits, 'latin1')) ?? []
    return soft === undefined ? Infinity : Math.max(1, Number(soft) - reserved)
  } catch {
    return Infinity
  }
}
