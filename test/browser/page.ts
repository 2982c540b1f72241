// The page that the test opens: it carries the mock, and offers a few verbs to be called from outside.
import type { StartOptions } from 'msw/browser'
import { type RicloudWorkerOptions, setupRicloudWorker } from '../../src/browser.ts'
import { apiUrl } from '../../src/index.ts'
import type { World } from '../doors/behaviour.ts'
import { frozen } from '../doors/frozen.ts'
import { suite } from '../doors/suite/index.ts'
import { type PlacedDoor, watched } from '../doors/watched.ts'

/** What the page offers to the test that opened it. */
export interface Page {
  start(options?: RicloudWorkerOptions, how?: StartOptions): Promise<void>
  /** Starts the same mock once more. */
  startAgain(): Promise<void>
  stop(): void
  reset(): void
  /** How many calls each mock that the page has made received. */
  received(): number[]
  /** The token of the mock's first key. */
  token(): string
  /** Calls an address as the code of a page would; with the mock's token. */
  call(url: string, method?: string, body?: object): Promise<{ status: number; text: string }>
  /** The same as a GET by XMLHttpRequest. */
  request(url: string): Promise<{ status: number; text: string }>
  /** The lines that the mock logged. */
  logged: string[]
  /** Fetches a list of the API, and shows it on the page. */
  show(name: string): Promise<void>
  /** Runs one behaviour of the suite in a world of its own; resolves to what it saw, and what is wrong. */
  behave(title: string): Promise<{ seen: string[]; wrong: string | undefined }>
}

let current: ReturnType<typeof setupRicloudWorker> | undefined
const started: ReturnType<typeof setupRicloudWorker>[] = []

const logged: string[] = []

async function start(options: RicloudWorkerOptions = {}, how: StartOptions = {}): Promise<void> {
  current = setupRicloudWorker({ ...frozen, log: (level, message) => logged.push(`${level}: ${message}`), ...options })
  started.push(current)
  await current.start(how)
}

async function call(url: string, method = 'GET', body?: object): Promise<{ status: number; text: string }> {
  const headers = { authorization: `Token ${current?.mock.token}` }
  const response = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) })
  return { status: response.status, text: await response.text() }
}

const request = (url: string) =>
  new Promise<{ status: number; text: string }>((resolve, reject) => {
    const sent = new XMLHttpRequest()
    sent.open('GET', url)
    sent.setRequestHeader('authorization', `Token ${current?.mock.token}`)
    sent.onload = () => resolve({ status: sent.status, text: sent.responseText })
    sent.onerror = () => reject(new Error(`Failed to call ${url}`))
    sent.send()
  })

async function open(world: World): Promise<PlacedDoor> {
  const ricloud = await setupRicloudWorker({ ...frozen, ...world }).start()
  return {
    token: ricloud.mock.token,
    origin: apiUrl,
    fetch: (path, init) => fetch(`${apiUrl}${path}`, init),
    close: () => ricloud.stop(),
  }
}

const page: Page = {
  start,
  startAgain: async () => void (await current?.start()),
  stop: () => current?.stop(),
  reset: () => current?.reset(),
  received: () => started.map(({ mock }) => mock.requests.list().length),
  token: () => current?.mock.token ?? '',
  call,
  request,
  logged,
  show: async (name) => {
    const element = document.body.appendChild(document.createElement('pre'))
    element.id = name
    element.textContent = (await call(`${apiUrl}/${name}`)).text
  },
  behave: async (title) => {
    const behaviour = suite.find((other) => other.title === title)
    if (!behaviour) return { seen: [], wrong: `The page knows no behaviour ${title}` }
    const seen = new Set<string>()
    const door = await open(behaviour.world ?? {})
    try {
      await behaviour.run(watched(door, seen))
      return { seen: [...seen], wrong: undefined }
    } catch (error) {
      return { seen: [], wrong: String(error) }
    } finally {
      await door.close()
    }
  },
}

Object.assign(globalThis, { page })
