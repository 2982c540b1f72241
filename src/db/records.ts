/** How records lie in the database: the API's own attributes, and what the API hides. Datetimes are API text. */

export const organisationStates = ['unconfigured', 'active', 'deactivated', 'blocked'] as const
export const configStates = ['new', 'valid', 'invalid', 'deactivated'] as const
export const keyStates = ['active', 'deactivated', 'blocked', 'expired'] as const
export const userStates = ['active', 'deactivated', 'blocked'] as const
export const sourceStates = ['unvalidated', 'active', 'deactivated', 'blocked', 'locked'] as const
export const sessionStates = ['pending', 'active', 'failed', 'expired'] as const
export type OrganisationState = (typeof organisationStates)[number]
export type ConfigState = (typeof configStates)[number]
export type KeyState = (typeof keyStates)[number]
export type UserState = (typeof userStates)[number]
export type SourceState = (typeof sourceStates)[number]
export type SessionState = (typeof sessionStates)[number]

export const keyTypes = ['standard', 'trial'] as const

/** Types that a client may ask for; `rirelay.source` is made by the API alone (documented). */
export const creatableTypes = ['icloud.account', 'rirelay.instance', 'mocks.mock'] as const
export const sourceTypes = [...creatableTypes, 'rirelay.source'] as const
export type CreatableType = (typeof creatableTypes)[number]
export type SourceType = (typeof sourceTypes)[number]

/** Why a session did not become active; the `documented` dialect shows each as `init_failed`. */
export const initErrors = [
  'init_failed',
  'code-required',
  'code-invalid',
  'credentials-invalid',
  'source-locked',
] as const
export type InitError = (typeof initErrors)[number]

/** Who ended a session. */
export const expiryErrors = ['service', 'api', 'organisation', 'admin'] as const
export type ExpiryError = (typeof expiryErrors)[number]

export interface Limit {
  readonly level: 'organisation' | 'key' | 'user'
  readonly type: 'count'
  readonly value: number
}

/** Scopes such as `source_type:icloud.*`, each with its limits. */
export type Scopes = Readonly<Record<string, readonly Limit[]>>

export interface Organisation {
  readonly id: number
  readonly type: 'standard' | 'super'
  readonly name: string
  readonly slug: string
  readonly api_version: string
  readonly config: { readonly publish_source_files: boolean }
  /** ID of the base permissions. */
  readonly permissions: number
  readonly storage_config_default: number | null
  readonly webhook_config_default: number | null
  readonly state: OrganisationState
  readonly date_created: string
}

export interface Permissions {
  readonly id: number
  readonly organisation: number
  readonly identifier: string
  readonly scopes: Scopes
  readonly date_created: string
}

export interface StorageConfig {
  readonly id: number
  readonly organisation: number
  readonly type: string
  readonly url: string
  readonly state: ConfigState
  readonly date_created: string
}

export interface WebhookConfig {
  readonly id: number
  readonly organisation: number
  readonly url: string
  readonly secret: string
  readonly state: ConfigState
  readonly date_created: string
}

export interface Key {
  readonly id: number
  readonly organisation: number
  readonly type: (typeof keyTypes)[number]
  readonly config: { readonly publish_source_files?: boolean }
  readonly storage_config: number | null
  readonly webhook_config: number | null
  readonly token: string
  /** Hidden: tokens replaced by a rotation that still work for a while. */
  readonly tokens_in_grace: readonly string[]
  readonly state: KeyState
  readonly date_created: string
  readonly date_expires: string | null
}

export interface User {
  readonly id: number
  readonly organisation: number
  readonly key: number
  readonly identifier: string
  readonly state: UserState
  readonly date_created: string
}

export interface Source {
  readonly id: number
  /** Hidden: the organisation of its user. */
  readonly organisation: number
  /** Hidden: the key that made it. */
  readonly key: number
  readonly user: number
  readonly type: SourceType
  readonly identifier: string
  readonly info: Readonly<Record<string, unknown>> | null
  readonly parent: number | null
  /** Hidden: whether a session ever succeeded. */
  readonly validated: boolean
  /** Hidden: when the service lifts its restriction; null for not by itself. */
  readonly locked_until: string | null
  readonly state: SourceState
  readonly date_created: string
}

export interface Session {
  readonly id: string
  readonly organisation: number
  readonly key: number
  readonly user: number
  readonly source: number
  readonly state: SessionState
  readonly error: InitError | ExpiryError | null
  readonly date_created: string
  readonly date_expired: string | null
}

/** Every model by its name, which is the API's `resource`. */
export interface Records {
  organisation: Organisation
  permissions: Permissions
  storage_config: StorageConfig
  webhook_config: WebhookConfig
  key: Key
  user: User
  source: Source
  session: Session
}

export type ModelName = keyof Records
