// The page that the test opens: it carries the mock, and offers a few verbs to be called from outside.
import { type RicloudWorkerOptions, setupRicloudWorker } from '../../src/browser.ts'
import { apiUrl } from '../../src/index.ts'
import type { Door, World } from '../doors/behaviour.ts'
import { frozen } from '../doors/frozen.ts'
import { suite } from '../doors/suite.ts'

/** What the page offers to the test that opened it. */
export interface Page {
  start(options?: RicloudWorkerOptions): Promise<void>
  stop(): void
  reset(): void
  /** The token of the mock's first key. */
  token(): string
  /** Calls an address as the code of a page would; with the mock's token. */
  call(url: string, method?: string, body?: object): Promise<{ status: number; text: string }>
  /** Fetches a list of the API, and shows it on the page. */
  show(name: string): Promise<void>
  /** Runs one behaviour of the suite in a world of its own; resolves to what is wrong. */
  behave(title: string): Promise<string | undefined>
}

let current: ReturnType<typeof setupRicloudWorker> | undefined

async function start(options: RicloudWorkerOptions = {}): Promise<void> {
  current = await setupRicloudWorker({ ...frozen, ...options }).start()
}

async function call(url: string, method = 'GET', body?: object): Promise<{ status: number; text: string }> {
  const headers = { authorization: `Token ${current?.mock.token}` }
  const response = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) })
  return { status: response.status, text: await response.text() }
}

async function open(world: World): Promise<Door> {
  const ricloud = await setupRicloudWorker({ ...frozen, ...world }).start()
  return {
    token: ricloud.mock.token,
    fetch: (path, init) => fetch(`${apiUrl}${path}`, init),
    close: () => ricloud.stop(),
  }
}

const page: Page = {
  start,
  stop: () => current?.stop(),
  reset: () => current?.reset(),
  token: () => current?.mock.token ?? '',
  call,
  show: async (name) => {
    const element = document.body.appendChild(document.createElement('pre'))
    element.id = name
    element.textContent = (await call(`${apiUrl}/${name}`)).text
  },
  behave: async (title) => {
    const behaviour = suite.find((other) => other.title === title)
    if (!behaviour) return `The page knows no behaviour ${title}`
    const door = await open(behaviour.world ?? {})
    try {
      await behaviour.run(door)
      return undefined
    } catch (error) {
      return String(error)
    } finally {
      await door.close()
    }
  },
}

Object.assign(globalThis, { page })
