import { callableUrl, quoted } from './environment.ts'
import type { Settings } from './settings.ts'
import type { Name, Values } from './values.ts'

/** What a greeting tells of a server. */
export interface Greeted {
  readonly url: string
  readonly token: string
  readonly controlToken?: string | undefined
  readonly mock: {
    readonly seed: number
    readonly clock: { readonly frozen: boolean; readonly speed: number; now(): string }
    readonly scenario: { readonly name: string; readonly description: string }
  }
}

/** The greeting of a server: where it is, what to try, what it plays, and what was set by whom. */
export function banner({ url, token, controlToken, mock }: Greeted, settings: Settings): string {
  // Who gave a token for control calls knows it; one that was made is told here or nowhere.
  const isMade = controlToken !== undefined && !settings.origins.has('controlToken')
  const control = controlToken === undefined ? '' : ` ${headerOf(isMade ? controlToken : '…')}`
  const rows = [
    ['Inspect', `${callableUrl(url)}/_mock in a browser`],
    ['Scenario', `${mock.scenario.name}. ${mock.scenario.description}`.trimEnd()],
    ['Clock', clockLine(mock.clock)],
    ['Control', isMade ? `calls of /_mock need the token ${controlToken}` : ''],
    ['Settings', settingsLine(settings)],
    ['Stop', 'Ctrl-C'],
  ] as const
  return `ricloud-mock listens on ${url}

  curl ${callableUrl(url)}/organisation ${headerOf(token)}
  curl ${callableUrl(url)}/_mock/clock${control} -d '{"advance": "6h"}'

${rows.flatMap(([name, text]) => (text === '' ? [] : `${`${name}:`.padEnd(9)} ${text}\n`)).join('')}`
}

const headerOf = (token: string) => `-H ${quoted(`Authorization: Token ${token}`)}`

function clockLine(clock: Greeted['mock']['clock']): string {
  if (clock.frozen) return `stands at ${clock.now()}; {"speed": 1} lets it run`
  return clock.speed === 1 ? 'runs' : `runs ${clock.speed} times as fast`
}

/** How a setting is shown; tokens are named alone. */
const shown: { readonly [Set in Name]?: (value: Values[Set]) => string } = {
  token: () => 'token',
  controlToken: () => 'controlToken',
  scenario: (scenario) => `scenario ${typeof scenario === 'string' ? scenario : scenario.scenario}`,
  fixtures: (fixtures) => `fixtures ${fixtures.map((one) => (typeof one === 'string' ? one : 'inline')).join(' + ')}`,
  generate: (counts) => `generate ${pairs(counts, '=')}`,
  settings: (settings) => Object.keys(settings).join(' + '),
  'clock.start': (start) => `clock ${typeof start === 'string' ? start : start.toISOString()}`,
}

const pairs = (object: object, between: string) =>
  Object.entries(object)
    .map(([name, value]) => `${name}${between}${value}`)
    .join(' + ')

/** `port 7000 (RICLOUD_MOCK_PORT), scenario two-factor (--scenario)`. */
export function settingsLine({ values, origins }: Settings): string {
  return Object.entries(values)
    .map(([name, value]) => {
      const show = shown[name as Name] as ((value: unknown) => string) | undefined
      const plain = name.replace('clock.', '').replace('worlds.', 'worlds ')
      const text =
        typeof value === 'boolean'
          ? `${plain}${value ? '' : ' off'}`
          : `${plain} ${Array.isArray(value) ? value.join(' + ') : value}`
      return `${show ? show(value) : text} (${origins.get(name as Name)})`
    })
    .join(', ')
}
