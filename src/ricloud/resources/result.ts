import * as z from 'zod'
import * as attribute from '../../engine/attribute.ts'
import { type RecordOf, resource, stateOf } from '../../engine/resource.ts'
import { sentDatetime } from '../../engine/schemas.ts'

/** Documented states. Objects in a client's own bucket never expire (documented), so here only actions expire results. */
const lifecycle = {
  available: { consume: 'consumed', expire: 'expired' },
  consumed: { expire: 'expired' },
  expired: {},
} as const

export const result = resource({
  id: 'uuid',
  path: '/results',
  description: 'Data or a file that was published to a bucket',
  lifecycle,
  events: { created: 'available' },
  leadsTo: ['task', 'poll', 'organisation'],
  owner: 'organisation',
  partOf: ['poll', 'task'],
  fixtures: 'results',
  shape: {
    organisation: attribute.id('organisation'),
    poll: attribute.uuid('poll'),
    task: attribute.uuid('task'),
    identifier: attribute.text({
      description: 'The data type, the info type (assumed) or the ID of the file (assumed).',
    }),
    url: attribute.text({
      description:
        'The URL of the object in the bucket, with the scheme `gs` or `s3`; or `local` (observed) and the path of a file.',
    }),
    type: attribute.nullable(attribute.text({ description: '`json` for data, otherwise the extension of a file.' })),
    checksum: attribute.text({ description: 'The MD5 of the object, in lower-case hex (assumed).' }),
    size: attribute.integer({ minimum: 0, description: 'The number of bytes.' }),
    signed_url: attribute.computed(
      attribute.nullable(
        attribute.json<object>(() => z.strictObject({ url: z.string(), date_expires: sentDatetime() }), {
          description: 'Only if the storage config has `signed_urls_enabled`, and until it expires.',
        }),
      ),
    ),
    state: stateOf(lifecycle),
    date_created: attribute.datetime(),
    date_consumed: attribute.nullable(attribute.datetime()),
    date_deleted: attribute.nullable(attribute.datetime()),
  },
  hidden: {
    /** When its signed URL expires; null if it has none. */
    signed_until: attribute.nullable(attribute.datetime()),
  },
  filters: ['task', 'state', 'poll', 'identifier', 'type', 'date_created'],
  display: {
    columns: ['identifier', 'type', 'size', 'poll', 'date_created', 'date_consumed'],
    label: 'identifier',
    content: 'url',
    tones: { available: 'good', consumed: 'over', expired: 'over' },
    hint: 'Polls publish them: make one with POST /polls.',
    timeLine: { end: 'date_created', partOf: 'poll' },
  },
})
export interface Result extends RecordOf<typeof result> {}
export type ResultState = Result['state']
