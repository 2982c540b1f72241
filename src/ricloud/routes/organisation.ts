import { ok } from '../../engine/http/router.ts'
import { OrganisationChanges, showOrganisation } from '../resources/organisation.ts'
import { updateOrganisation } from '../rules/organisation.ts'
import { route } from './call.ts'

export const organisationRoutes = [
  route({
    method: 'GET',
    path: '/organisation',
    operation: 'retrieveOrganisation',
    evidence: 'documented',
    summary: "The caller's own organisation",
    answers: { 200: 'organisation' },
    handle: (call) => ok(showOrganisation(call, call.caller.organisation)),
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
    handle: (call) => ok(showOrganisation(call, updateOrganisation(call.world, call.caller, call.body))),
  }),
]
