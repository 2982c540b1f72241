import * as z from 'zod'
import { integerId, text } from '../../engine/fields.ts'
import { ok } from '../../engine/http/route.ts'
import { updateOrganisation } from '../rules/organisation.ts'
import { publishing, route, shown } from './call.ts'

/** Parameters of `POST /organisation` (documented). */
export const OrganisationChanges = z.object({
  name: text.optional(),
  storage_config_default: integerId.nullable().optional(),
  webhook_config_default: integerId.nullable().optional(),
  config: publishing.optional(),
})

export const organisationRoutes = [
  route({
    method: 'GET',
    path: '/organisation',
    operation: 'retrieveOrganisation',
    evidence: 'documented',
    summary: "The caller's own organisation",
    answers: { 200: 'organisation' },
    handle: (call) => ok(shown(call, 'organisation', call.caller.organisation)),
  }),
  route({
    method: 'POST',
    path: '/organisation',
    operation: 'updateOrganisation',
    evidence: 'documented',
    summary: 'Change its name, default configs or publishing of source files',
    body: OrganisationChanges,
    examples: { rename: { name: 'My new organisation name' }, publish: { config: { publish_source_files: true } } },
    answers: { 200: 'organisation' },
    handle: (call) => ok(shown(call, 'organisation', updateOrganisation(call.world, call.caller, call.body))),
  }),
]
