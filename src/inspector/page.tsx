// The page that the server serves at `/_mock`.
import { render } from 'preact'
import { App, hashOf, type Place, routeOf } from './app.tsx'
import { Client } from './client.ts'
import './style.css'
import { Controller } from './controller.ts'
import { Store } from './store.ts'

const client = new Client((path, init) => fetch(path, init), location.origin, sessionStorage)
const store = new Store(() => performance.now())
const world = new URLSearchParams(location.search).get('world')
client.world = world
store.world = world

const place: Place = {
  read: () => routeOf(location.hash),
  write: (route) => history.pushState(null, '', hashOf(route)),
  on: (changed) => {
    addEventListener('popstate', changed)
    return () => removeEventListener('popstate', changed)
  },
}

render(<App controller={new Controller(client, store)} place={place} />, document.body)
