import { settingOptions } from './options.ts'
import { callableUrl, quoted } from './output.ts'
import type { Settings } from './settings.ts'

/** What the banner shows of a server. */
export interface StartedServer {
  readonly url: string
  readonly token: string
  readonly controlToken?: string | undefined
  readonly mock: {
    readonly seed: number
    readonly clock: { readonly frozen: boolean; readonly speed: number; now(): string }
    readonly scenario: { readonly name: string; readonly description: string }
  }
}

/** What is printed at start: address, example calls, scenario, clock, and each setting with its source. */
export function banner({ url, token, controlToken, mock }: StartedServer, settings: Settings): string {
  // A control token that was generated is shown here and nowhere else; one that was set is not shown.
  const isGenerated = controlToken !== undefined && !settings.sources.has('controlToken')
  const control = controlToken === undefined ? '' : ` ${headerOf(isGenerated ? controlToken : '…')}`
  const rows = [
    ['Inspect', `${callableUrl(url)}/_mock in a browser`],
    ['Scenario', `${mock.scenario.name}. ${mock.scenario.description}`.trimEnd()],
    ['Clock', clockLine(mock.clock)],
    ['Control', isGenerated ? `calls of /_mock need the token ${controlToken}` : ''],
    ['Settings', settingsLine(settings)],
    ['Stop', 'Ctrl-C'],
  ] as const
  return `ricloud-mock listens on ${url}

  curl ${callableUrl(url)}/organisation ${headerOf(token)}
  curl ${callableUrl(url)}/_mock/clock${control} -d '{"advance": "6h"}'

${rows.flatMap(([name, text]) => (text === '' ? [] : `${`${name}:`.padEnd(9)} ${text}\n`)).join('')}`
}

const headerOf = (token: string) => `-H ${quoted(`Authorization: Token ${token}`)}`

function clockLine(clock: StartedServer['mock']['clock']): string {
  if (clock.frozen) return `frozen at ${clock.now()}; {"speed": 1} starts it`
  return clock.speed === 1 ? 'running' : `running ${clock.speed} times as fast`
}

/** `port 7000 (RICLOUD_MOCK_PORT), scenario two-factor (--scenario)`; of secrets the name alone. */
export function settingsLine({ values, sources }: Settings): string {
  return Object.entries(values)
    .map(([key, value]) => `${settingText(key, value)} (${sources.get(key as keyof typeof values)})`)
    .join(', ')
}

function settingText(key: string, value: unknown): string {
  const setting = settingOptions.find((one) => one.key === key)
  const name = key.replace('clock.', '').replace('.', ' ')
  if (setting?.type.isSecret) return name
  if (setting?.show) return (setting.show as (value: unknown) => string)(value)
  if (typeof value === 'boolean') return `${name}${value ? '' : ' off'}`
  return `${name} ${Array.isArray(value) ? value.join(' + ') : value}`
}
