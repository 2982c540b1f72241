import type { SourceType } from '../resources/index.ts'

/** On which kinds of source a data type is found: accounts, and devices. */
const found = {
  'ios_messages.messages': ['account', 'device'],
  'whatsapp.messages': ['account', 'device'],
  'ios_calls.calls': ['account', 'device'],
  'ios_contacts.contacts': ['account', 'device'],
  'ios_safari.history': ['account', 'device'],
  'ios_apps.installed': ['account', 'device'],
  'ios_photos.photos': ['account', 'device'],
  'icloud_photos.photos': ['account'],
  'icloud.account.info': ['account'],
} as const satisfies Readonly<Record<string, readonly ('account' | 'device')[]>>

/** The data types with generated entries, and an older name of the first one (documented names, the others assumed). */
export type KnownType = keyof typeof found | 'messages.sms'

const foundOn = (kind: 'account' | 'device') =>
  Object.entries<readonly string[]>(found).flatMap(([name, kinds]) => (kinds.includes(kind) ? name : []))
const dataTypes = { account: foundOn('account'), device: foundOn('device') }

/** All data types with generated entries; a source has them also if they are not among its own (assumed). */
export const knownTypes: readonly string[] = [...Object.keys(found), 'messages.sms' satisfies KnownType]

/** The data types that a source has by default (assumed). */
export const dataTypesOf = (type: SourceType): readonly string[] =>
  dataTypes[type === 'rirelay.source' ? 'device' : 'account']

/** The info types that a source has: one, named after its type (documented for iCloud, assumed for the others). */
export const infoTypesOf = (type: SourceType): string[] => [type === 'mocks.mock' ? 'icloud.account' : type]

/** The extension of a generated file, which its number decides. */
export const fileType = (number: number) => (number & 3 ? 'png' : 'txt')

/** The number of the generated file that an ID begins with; undefined for an ID of another form. */
export const fileNumber = (id: string): number | undefined =>
  /^[0-9a-f]{40}$/.test(id) ? Number.parseInt(id.slice(0, 8), 16) : undefined

/** The kind of a file for scopes such as `file_type:png`, by its ID (documented kind of scope, assumed names). */
export function fileKindOf(id: string): string {
  const number = fileNumber(id)
  return number === undefined ? 'other' : fileType(number)
}

/** How names of types may end or be replaced by a wildcard: `*` and `ios_messages.*` (`*` observed, the other assumed). */
export const isWildcard = (name: string) => name === '*' || name.endsWith('.*')

/** Whether a name, or a wildcard, stands for a type. */
export const standsFor = (name: string, type: string) =>
  isWildcard(name) ? type.startsWith(name.slice(0, -1)) : name === type

/** Names with each wildcard replaced by the known types that it stands for; each type once (assumed). */
export function spread(names: readonly string[], known: () => readonly string[]): Iterable<string> {
  if (!names.some(isWildcard)) return new Set(names)
  const types = known()
  return new Set(names.flatMap((name) => (isWildcard(name) ? types.filter((type) => standsFor(name, type)) : name)))
}
