// What is answered, attribute by attribute, in the order of the views. Documents and tests alone load this: an answer
// is made by its view, and a test holds the two equal.
import * as z from 'zod'
import { type ErrorCode, errorCatalogue } from '../../engine/errors.ts'
import {
  configStates,
  eventStates,
  expiryErrors,
  initErrors,
  keyStates,
  keyTypes,
  organisationStates,
  sessionStates,
  sourceStates,
  sourceTypes,
  storageTypes,
  taskStates,
  taskTypes,
  userStates,
} from './records.ts'

const id = z.int().positive()
const idOrNull = id.nullable()
const datetime = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
  .meta({ format: 'date-time', examples: ['2018-11-08T13:05:29.954188Z'] })

function listOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({
    resource: z.literal('list').exactOptional().describe('To the official client alone (observed).'),
    data: z.array(item).readonly().describe('Newest first.'),
    has_more: z.boolean(),
    total_count: z.int().nonnegative().describe('All that match the filters, cursors and limit aside (assumed).'),
    url: z.string().describe('The path of the list, without its query.'),
  })
}

const NestedStorageConfig = z.strictObject({
  id,
  resource: z.literal('storage_config'),
  type: z.enum(storageTypes).describe('The scheme of its URL.'),
  url: z.string(),
  credentials: z.strictObject({}).describe('Never shown again.'),
  state: z.enum(configStates),
  date_created: datetime,
})

const NestedWebhookConfig = z.strictObject({
  id,
  resource: z.literal('webhook_config'),
  url: z.string(),
  secret: z.string().describe('What deliveries are signed with.'),
  state: z.enum(configStates),
  date_created: datetime,
})

const scopes = z
  .record(
    z.string(),
    z
      .array(
        z.strictObject({
          level: z.enum(['organisation', 'key', 'user']),
          type: z.literal('count'),
          value: z.number(),
        }),
      )
      .readonly(),
  )
  .describe('Scopes such as `source_type:icloud.*`, each with its limits.')

const BasePermissions = z.strictObject({
  id,
  resource: z.enum(['organisation_permissions', 'permissions']).describe('`permissions` to the official client alone.'),
  identifier: z.string(),
  scopes,
  date_created: datetime,
})

const NestedStorageConfigList = listOf(NestedStorageConfig)
const NestedWebhookConfigList = listOf(NestedWebhookConfig)

const Organisation = z.strictObject({
  id,
  resource: z.literal('organisation'),
  type: z.enum(['standard', 'super']).exactOptional().describe('Shown to super organisations only.'),
  name: z.string(),
  slug: z.string().describe('Made from the first name; it never changes.'),
  api_version: z.string(),
  config: z.strictObject({ publish_source_files: z.boolean() }),
  permissions: BasePermissions,
  storage_configs: NestedStorageConfigList,
  storage_config_default: idOrNull,
  webhook_configs: NestedWebhookConfigList,
  webhook_config_default: idOrNull,
  state: z.enum(organisationStates),
  date_created: datetime,
})

const Key = z.strictObject({
  id,
  resource: z.literal('key'),
  organisation: id,
  type: z.enum(keyTypes),
  config: z.strictObject({ publish_source_files: z.boolean().exactOptional() }),
  storage_config: idOrNull.describe("null for the organisation's default."),
  webhook_config: idOrNull.describe("null for the organisation's default."),
  token: z.string(),
  state: z.enum(keyStates),
  date_created: datetime,
  date_expires: datetime.nullable(),
})

const User = z.strictObject({
  id,
  resource: z.literal('user'),
  organisation: id,
  key: id,
  identifier: z.string(),
  state: z.enum(userStates),
  date_created: datetime,
})

const Source = z.strictObject({
  id,
  resource: z.literal('source'),
  user: id,
  type: z.enum(sourceTypes),
  identifier: z.string().describe('A user name, or the ID of a Relay instance or device.'),
  info: z.record(z.string(), z.unknown()).nullable().describe('What is known of a device.'),
  parent: idOrNull,
  get children() {
    return SourceList
  },
  state: z.enum(sourceStates),
  date_created: datetime,
})
const SourceList = listOf(Source)

const Session = z.strictObject({
  id: z.uuid(),
  resource: z.literal('session'),
  organisation: id,
  key: id,
  user: id,
  source: z.union([Source, id]).describe('The whole source; its ID if the source is gone.'),
  state: z.enum(sessionStates),
  error: z
    .enum([...initErrors, ...expiryErrors])
    .nullable()
    .describe('Why it did not begin, for which the pages know `init_failed` alone, or who ended it.'),
  date_created: datetime,
  date_expired: datetime.nullable(),
})

const StorageConfig = z.strictObject({
  id,
  resource: z.literal('storage_config'),
  organisation: id,
  type: z.enum(storageTypes).describe('The scheme of its URL.'),
  url: z.string(),
  credentials: z.strictObject({}).describe('Never shown again.'),
  signed_urls_enabled: z.boolean(),
  signed_urls_expiry: z.int().positive().nullable().describe('Seconds.'),
  state: z.enum(configStates),
  date_created: datetime,
})

const WebhookConfig = z.strictObject({
  id,
  resource: z.literal('webhook_config'),
  organisation: id,
  url: z.string(),
  secret: z.string().describe('What deliveries are signed with.'),
  state: z.enum(configStates),
  date_created: datetime,
})

const Permissions = z.strictObject({ id, resource: z.literal('permissions'), organisation: id, scopes })

const Task = z.strictObject({
  id: z.uuid(),
  resource: z.literal('task'),
  organisation: id,
  key: id,
  user: idOrNull,
  source: idOrNull,
  session: z.uuid().nullable(),
  poll: z.string().nullable(),
  source_type: z.enum(sourceTypes).nullable(),
  type: z.enum(taskTypes),
  target: z.union([id, z.uuid()]).describe('The ID of what it is about: a config, or a session.'),
  state: z.enum(taskStates),
  results: z.array(z.unknown()).readonly(),
  error: z.string().nullable(),
  date_created: datetime,
  date_started: datetime.nullable(),
  date_completed: datetime.nullable(),
})

const Event = z.strictObject({
  id: z.uuid(),
  resource: z.literal('event'),
  type: z.string().describe('The resource that it is about.'),
  action: z.string(),
  data: z.record(z.string(), z.unknown()).describe('The whole resource, as it was.'),
  state: z.enum(eventStates),
  retries: z.int().nonnegative(),
  date_created: datetime,
  date_delivered: datetime.nullable(),
})

const Refusal = z.strictObject({
  error: z.enum(Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]]),
  message: z.string().describe('One sentence.'),
  params: z
    .record(z.string(), z.array(z.string()))
    .exactOptional()
    .describe('What is wrong, by the dotted name of the parameter.'),
})

/** What is answered, and its parts, by the names that rows of the route table and documents use. */
export const answers = {
  organisation: Organisation,
  base_permissions: BasePermissions,
  nested_storage_config: NestedStorageConfig,
  nested_storage_config_list: NestedStorageConfigList,
  nested_webhook_config: NestedWebhookConfig,
  nested_webhook_config_list: NestedWebhookConfigList,
  key: Key,
  key_list: listOf(Key),
  user: User,
  user_list: listOf(User),
  source: Source,
  source_list: SourceList,
  session: Session,
  session_list: listOf(Session),
  storage_config: StorageConfig,
  storage_config_list: listOf(StorageConfig),
  webhook_config: WebhookConfig,
  webhook_config_list: listOf(WebhookConfig),
  permissions: Permissions,
  permissions_list: listOf(Permissions),
  task: Task,
  task_list: listOf(Task),
  event: Event,
  event_list: listOf(Event),
  error: Refusal,
  datetime,
}
