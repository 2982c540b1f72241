import { created, ok } from '../../engine/http/router.ts'
import { NewPermissions, PermissionsChanges, showPermissions } from '../resources/permissions.ts'
import { find, findOwn } from '../rules/access.ts'
import { createPermissions, updatePermissions } from '../rules/permissions.ts'
import { answerList, route } from './call.ts'

const examples = {
  limited: { scopes: { 'source_type:icloud.*': [{ level: 'user', type: 'count', value: 2 }] } },
}

export const permissionsRoutes = [
  route({
    method: 'POST',
    path: '/permissions',
    operation: 'createPermissions',
    evidence: 'documented',
    summary: "Narrow what the organisation's base permissions allow",
    body: NewPermissions,
    examples: examples,
    answers: { 201: 'permissions' },
    handle: (call) => created(showPermissions(call, createPermissions(call.world, call.caller, call.body))),
  }),
  route({
    method: 'GET',
    path: '/permissions',
    operation: 'listPermissions',
    evidence: 'documented',
    summary: 'List permissions, the base among them',
    query: {},
    answers: { 200: 'permissions_list' },
    handle: (call) => answerList(call, 'permissions', {}, { show: showPermissions }, { url: '/permissions' }),
  }),
  route({
    method: 'GET',
    path: '/permissions/{id}',
    operation: 'retrievePermissions',
    evidence: 'documented',
    summary: 'One set of permissions',
    answers: { 200: 'permissions' },
    handle: (call) => ok(showPermissions(call, find(call.world, call.caller, 'permissions', call.params.id))),
  }),
  route({
    method: 'POST',
    path: '/permissions/{id}',
    operation: 'updatePermissions',
    evidence: 'documented',
    summary: 'Change scopes and limits, never wider than the base',
    body: PermissionsChanges,
    examples,
    answers: { 200: 'permissions' },
    handle: (call) => {
      const permissions = findOwn(call.world, call.caller, 'permissions', call.params.id)
      return ok(showPermissions(call, updatePermissions(call.world, call.caller, permissions, call.body)))
    },
  }),
]
