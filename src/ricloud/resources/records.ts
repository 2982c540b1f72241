/** How records lie in the database: the API's own attributes, and what the API hides. Datetimes are API text. */

export const organisationStates = ['unconfigured', 'active', 'deactivated', 'blocked'] as const
export const configStates = ['new', 'valid', 'invalid', 'deactivated'] as const
export const keyStates = ['active', 'deactivated', 'blocked', 'expired'] as const
export const userStates = ['active', 'deactivated', 'blocked'] as const
export const sourceStates = ['unvalidated', 'active', 'deactivated', 'blocked', 'locked'] as const
export const taskStates = ['pending', 'processing', 'suspended', 'succeeded', 'failed'] as const
export const eventStates = ['pending', 'delivered', 'failed'] as const
export const sessionStates = ['pending', 'active', 'failed', 'expired'] as const
export type OrganisationState = (typeof organisationStates)[number]
export type ConfigState = (typeof configStates)[number]
export type KeyState = (typeof keyStates)[number]
export type UserState = (typeof userStates)[number]
export type SourceState = (typeof sourceStates)[number]
export type SessionState = (typeof sessionStates)[number]
export type TaskState = (typeof taskStates)[number]
export type EventState = (typeof eventStates)[number]

export const storageTypes = ['gs', 's3'] as const

/** What tasks are for; the config tests are documented or observed, the name of the other is assumed. */
export const taskTypes = ['session.init', 'storage_config.test', 'webhook_config.test'] as const
export type TaskType = (typeof taskTypes)[number]

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
  readonly type: (typeof storageTypes)[number]
  readonly url: string
  /** Hidden: whether credentials were given; they themselves are not kept. */
  readonly has_credentials: boolean
  readonly signed_urls_enabled: boolean
  /** Seconds. */
  readonly signed_urls_expiry: number | null
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

/** Work that the API does by itself. */
export interface Task {
  readonly id: string
  readonly organisation: number
  readonly key: number
  readonly user: number | null
  readonly source: number | null
  readonly session: string | null
  readonly poll: string | null
  readonly source_type: SourceType | null
  readonly type: TaskType
  /** ID of what it is about: a config, or a session. */
  readonly target: number | string
  readonly state: TaskState
  readonly results: readonly unknown[]
  readonly error: string | null
  readonly date_created: string
  readonly date_started: string | null
  readonly date_completed: string | null
}

/** One attempt to send an event to a webhook. */
export interface Attempt {
  readonly at: string
  readonly status: number | null
  /** Why there was no answer, or none that counts. */
  readonly error: string | null
  /** Whether nothing was sent: there was nowhere to send it, or nobody may be called there. */
  readonly unsent: boolean
  /** Whether somebody asked for it, beside the attempts that the API makes by itself. */
  readonly redelivered: boolean
}

/** Something that clients are told of. */
export interface Event {
  readonly id: string
  readonly organisation: number
  /** The resource that it is about. */
  readonly type: string
  readonly action: string
  /** The resource as the API would have sent it at that moment. */
  readonly data: Readonly<Record<string, unknown>>
  readonly state: EventState
  readonly retries: number
  readonly date_created: string
  readonly date_delivered: string | null
  /** Hidden: where it is sent. */
  readonly webhook_config: number | null
  /** Hidden: the task that ends with it, where it tests a webhook config. */
  readonly task: string | null
  /** Hidden. */
  readonly attempts: readonly Attempt[]
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
  task: Task
  event: Event
}

export type ModelName = keyof Records
