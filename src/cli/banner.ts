import { printableLine } from '../engine/messages.ts'
import { settingOptions } from './options.ts'
import { callableUrl, quoted } from './output.ts'
import type { Settings } from './settings.ts'

/** What the banner shows of a server. */
export interface StartedServer {
  readonly url: string
  readonly s3Url?: string | undefined
  readonly gcsUrl?: string | undefined
  readonly token: string
  readonly controlToken?: string | undefined
  readonly mock: {
    readonly seed: number
    readonly clock: { readonly frozen: boolean; readonly speed: number; now(): string }
    readonly scenario: { readonly name: string; readonly description: string }
  }
}

/** What is printed at start: address, example calls, scenario, clock, and each setting with its source. */
export function banner(server: StartedServer, settings: Settings): string {
  const { url, s3Url = '', gcsUrl = '', token, controlToken, mock } = server
  const generated = generatedControlToken(server, settings)
  const control = controlToken === undefined ? '' : ` ${headerOf(generated ?? '…')}`
  const rows = [
    ['Inspect', `${callableUrl(url)}/_mock in a browser`],
    ['Scenario', `${printableLine(mock.scenario.name)}. ${mock.scenario.description}`.trimEnd()],
    ['Clock', clockLine(mock.clock)],
    ['Control', generated === undefined ? '' : `calls of /_mock need the token ${generated}`],
    ['S3', s3Url && `AWS_ENDPOINT_URL_S3=${callableUrl(s3Url)}`],
    ['GCS', gcsUrl && `STORAGE_EMULATOR_HOST=${callableUrl(gcsUrl)}`],
    ['Settings', settingsLine(settings)],
    ['Stop', 'Ctrl-C'],
  ] as const
  return `ricloud-mock listens on ${url}

  curl ${callableUrl(url)}/organisation ${headerOf(token)}
  curl ${callableUrl(url)}/_mock/clock${control} -d '{"advance": "6h"}'

${rows.flatMap(([name, text]) => (text === '' ? [] : `${`${name}:`.padEnd(9)} ${text}\n`)).join('')}`
}

/** The control token, where it was generated: it is shown at start and nowhere else, and one that was set is not shown. */
export const generatedControlToken = ({ controlToken }: StartedServer, { sources }: Settings) =>
  sources.has('controlToken') ? undefined : controlToken

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
