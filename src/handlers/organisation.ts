import { OrganisationChanges, showOrganisation } from '../contract/organisation.ts'
import { updateOrganisation } from '../domain/organisation.ts'
import { route } from './call.ts'
import { ok } from './route.ts'

export const organisationRoutes = [
  route({
    method: 'GET',
    path: '/organisation',
    evidence: 'documented',
    summary: "The caller's own organisation",
    handle: (call) => ok(showOrganisation(call, call.caller.organisation)),
  }),
  route({
    method: 'POST',
    path: '/organisation',
    evidence: 'documented',
    summary: 'Change its name, default configs or publishing of source files',
    body: OrganisationChanges,
    handle: (call) => ok(showOrganisation(call, updateOrganisation(call.world, call.caller, call.body))),
  }),
]
