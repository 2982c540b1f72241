import { setTimeout as sleep } from 'node:timers/promises'

/** How long a test waits for what should happen, in milliseconds: far more than a busy machine needs. */
const patience = 45_000

/** Resolves as the work does; rejects with a complaint if that takes longer than anything should. */
export async function bounded<T>(work: Promise<T>, complaint: string): Promise<T> {
  const ended = new AbortController()
  const late = async () => {
    await sleep(patience, undefined, { signal: ended.signal })
    throw new Error(`${complaint} within ${patience / 1000} s.`)
  }
  try {
    return await Promise.race([work, late()])
  } finally {
    ended.abort()
  }
}

/** Asks again and again, until the answer is true. */
export async function until(isSo: () => boolean | Promise<boolean>, complaint: string): Promise<void> {
  const ended = new AbortController()
  const ask = async () => {
    while (!ended.signal.aborted && !(await isSo())) await sleep(5)
  }
  try {
    await bounded(ask(), complaint)
  } finally {
    ended.abort()
  }
}
