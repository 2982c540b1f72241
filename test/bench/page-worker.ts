// The page of worker.ts: the same call, answered by a bare handler of msw or by a mock.
import { HttpResponse, http } from 'msw'
import { setupWorker } from 'msw/browser'
import { setupRicloudWorker } from '../../src/browser.ts'

const url = 'https://ricloud-api.reincubate.com/users/1'
const init = { headers: { authorization: 'Token ricloud-mock-token' } }
const user = { id: 1, resource: 'user', organisation: 1, key: 1, identifier: 'a@b.c', state: 'active' }

const doors = {
  async bare() {
    const worker = setupWorker(http.get('https://ricloud-api.reincubate.com/users/:id', () => HttpResponse.json(user)))
    await worker.start({ quiet: true, onUnhandledRequest: 'bypass' })
    return () => worker.stop()
  },
  async mock() {
    const ricloud = await setupRicloudWorker().start()
    return () => ricloud.stop()
  },
  async persisting() {
    const ricloud = await setupRicloudWorker({ persist: true }).start()
    return () => ricloud.stop()
  },
}

/** Microseconds for each call. */
async function measure(name: keyof typeof doors, milliseconds: number): Promise<number> {
  const stop = await doors[name]()
  const run = async (milliseconds: number) => {
    const begun = performance.now()
    let calls = 0
    while (performance.now() - begun < milliseconds) {
      const response = await fetch(url, init)
      if (response.status !== 200) throw new Error(`answered ${response.status}`)
      await response.json()
      calls++
    }
    return ((performance.now() - begun) * 1000) / calls
  }
  await run(milliseconds / 4)
  const measured = await run(milliseconds)
  stop()
  return measured
}

export type Measure = typeof measure
Object.assign(globalThis, { measure })
