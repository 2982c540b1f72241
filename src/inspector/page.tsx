// The page that the server serves at `/_mock`.
import { render } from 'preact'
import { placeInAddress } from './address.ts'
import { App } from './app.tsx'
import { Client } from './client.ts'
import './style.css'
import { Controller } from './controller.ts'
import { Store } from './store.ts'

const client = new Client((path, init) => fetch(path, init), location.origin, sessionStorage)
const store = new Store(() => performance.now())

render(<App controller={new Controller(client, store)} place={placeInAddress()} />, document.body)
