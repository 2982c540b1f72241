import * as z from 'zod'
import { integerId } from '../../engine/fields.ts'
import { created, ok } from '../../engine/http/route.ts'
import { findOwn } from '../rules/access.ts'
import { createKey, rotateKey, updateKey } from '../rules/key.ts'
import { type Call, listRoute, publishing, retrieveRoute, route, shown } from './call.ts'

/** Parameters of `POST /keys`, `POST /keys/{id}` and `POST /key`; null means the organisation's default (documented). */
export const KeyChanges = z.object({
  storage_config: integerId.nullable().optional(),
  webhook_config: integerId.nullable().optional(),
  config: publishing.optional(),
})

/** Parameters of `POST /keys/{id}/rotate` (documented); only a boolean is valid (assumed). */
export const Rotation = z.object({ force: z.boolean().default(false) })

const ownKey = (call: Call) => findOwn(call.world, call.caller, 'key', call.params.id)

export const keyRoutes = [
  route({
    method: 'POST',
    path: '/keys',
    operation: 'createKey',
    evidence: 'documented',
    summary: 'Make a standard key',
    body: KeyChanges,
    examples: { withDefaults: {}, withConfig: { storage_config: 1 } },
    answers: { 201: 'key' },
    handle: (call) => created(shown(call, 'key', createKey(call.world, call.caller, call.body))),
  }),
  listRoute('key', {
    operation: 'listKeys',
    summary: 'List keys by type and state',
  }),
  retrieveRoute('key', {
    operation: 'retrieveKey',
    summary: 'One key',
  }),
  route({
    method: 'POST',
    path: '/keys/{id}',
    operation: 'updateKey',
    evidence: 'documented',
    summary: "Change a key's configs; null means the organisation's default",
    body: KeyChanges,
    examples: { otherWebhook: { webhook_config: 1 }, fallBack: { storage_config: null, webhook_config: null } },
    answers: { 200: 'key' },
    handle: (call) => ok(shown(call, 'key', updateKey(call.world, ownKey(call), call.body))),
  }),
  route({
    method: 'POST',
    path: '/keys/{id}/rotate',
    operation: 'rotateKey',
    evidence: 'documented',
    summary: 'A new token; the old one works for 6 more hours, or ends at once with `force`',
    body: Rotation,
    examples: { withGrace: {}, atOnce: { force: true } },
    answers: { 200: 'key' },
    handle: (call) => ok(shown(call, 'key', rotateKey(call.world, ownKey(call), call.body.force))),
  }),
  route({
    method: 'GET',
    path: '/key',
    tag: 'key',
    operation: 'retrieveCurrentKey',
    evidence: 'observed',
    summary: 'The key of the token in use',
    answers: { 200: 'key' },
    handle: (call) => ok(shown(call, 'key', call.caller.key)),
  }),
  route({
    method: 'POST',
    path: '/key',
    tag: 'key',
    operation: 'updateCurrentKey',
    evidence: 'documented',
    summary: 'Change the key of the token in use',
    body: KeyChanges,
    examples: { publish: { config: { publish_source_files: true } } },
    answers: { 200: 'key' },
    handle: (call) => ok(shown(call, 'key', updateKey(call.world, call.caller.key, call.body))),
  }),
]
