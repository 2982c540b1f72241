import { render } from 'preact'
import { placeInTab } from './address.ts'
import { App } from './app.tsx'
import { Client } from './client.ts'
import { Controller } from './controller.ts'
import { Corner } from './corner.tsx'
import { Store } from './store.ts'
import styles from './style.css?inline'
import { tabStore } from './tab-store.ts'

/** What the inspector needs of a mock. */
export interface Inspected {
  fetch(input: string, init?: RequestInit): Promise<Response>
}

/** The mock answers for any host. */
const anyHost = 'https://ricloud-api.reincubate.com'

export interface MountOptions {
  /** Where the corner button and the panel go; the end of the page's body by default. */
  readonly parent?: HTMLElement | undefined
  /** Whether the panel is open at first. */
  readonly open?: boolean | undefined
}

/**
 * Puts a corner button on the page, which opens the inspector of a mock that runs in it: `mountInspector(ricloud)` or
 * `mountInspector(mock)`. It is in a shadow root, which the styles of the page do not affect.
 *
 * @returns a function that removes it
 */
export function mountInspector(
  inspected: Inspected | { readonly mock: Inspected },
  { parent = document.body, open = false }: MountOptions = {},
): () => void {
  const mock = 'mock' in inspected ? inspected.mock : inspected
  const host = document.createElement('ricloud-inspector')
  // Styles of the page may hide or move any element.
  host.style.setProperty('all', 'initial', 'important')
  host.style.setProperty('display', 'contents', 'important')
  host.style.setProperty('color-scheme', schemeOfPage(), 'important')
  const root = host.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(styles)
  root.adoptedStyleSheets = [sheet]
  // Keyboard shortcuts of the page must not react to what is typed here.
  for (const name of ['keydown', 'keyup', 'keypress']) host.addEventListener(name, (event) => event.stopPropagation())
  const client = new Client((path, init) => mock.fetch(`${anyHost}${path}`, init), anyHost)
  const kept = tabStore('ricloud-mock-inspector', () => sessionStorage)
  const place = placeInTab(kept)
  const inspector = () => new Controller(client, new Store(() => performance.now()))
  render(
    <Corner open={open} kept={kept}>
      {() => <App controller={inspector()} place={place} />}
    </Corner>,
    root,
  )
  parent.append(host)
  return () => {
    render(null, root)
    host.remove()
  }
}

/** That of the page where it chose one, otherwise that of the system. */
function schemeOfPage(): string {
  const { colorScheme } = getComputedStyle(document.documentElement)
  return /^(?:only )?(?:light|dark)$/.test(colorScheme) ? colorScheme : 'light dark'
}
