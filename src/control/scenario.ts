import * as z from 'zod'
import { oneOf } from '../engine/fields.ts'
import { ok } from '../engine/http/router.ts'
import { actions } from '../scenario/action.ts'
import type { ActionName, ScenarioInput } from '../scenario/types.ts'
import { readSearch, route } from './route.ts'

/** A scenario by its name, where nothing else is said, or as a document. */
const ScenarioBody = z.looseObject({ scenario: z.string({ error: 'must be the name of a scenario' }).min(1) })
const Loading = z.strictObject({ keep: oneOf(['true', 'false']).optional() })

/** Something that an administrator, a service or an owner does. */
const Doing = z.strictObject({
  do: oneOf(Object.keys(actions) as [ActionName, ...ActionName[]]),
  where: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
  with: z.record(z.string(), z.unknown()).optional(),
})

export const scenarioRoutes = [
  route({
    method: 'GET',
    path: '/_mock/scenarios',
    operation: 'listScenarios',
    summary: 'The built-in scenarios',
    answers: { 200: 'scenarios' },
    handle: ({ mock }) => ok({ scenarios: mock.scenario.list() }),
  }),
  route({
    method: 'GET',
    path: '/_mock/scenario',
    operation: 'retrieveScenario',
    summary: 'The scenario that is played, how far it has come, and what never came to pass',
    answers: { 200: 'report' },
    handle: ({ mock }) => ok(mock.scenario.report()),
  }),
  route({
    method: 'PUT',
    path: '/_mock/scenario',
    operation: 'loadScenario',
    summary:
      'Play another one: `{"scenario": "two-factor"}`, or a whole document; `?keep=true` keeps records and clock',
    query: Loading.shape,
    body: ScenarioBody,
    examples: { byName: { scenario: 'two-factor' } },
    answers: { 200: 'report' },
    handle: async (call) => {
      const { mock, body } = call
      const { keep } = readSearch(Loading, call)
      const isName = Object.keys(body).length === 1
      await mock.scenario.load(isName ? body.scenario : (body as ScenarioInput), { keep: keep === 'true' })
      return ok(mock.scenario.report())
    },
  }),
  route({
    method: 'POST',
    path: '/_mock/actions',
    operation: 'act',
    summary: 'Let an administrator, a service or an owner do something; answers with what happened',
    body: Doing,
    examples: { block: { do: 'user.block', where: { id: 1 } } },
    answers: { 200: 'happened' },
    handle: ({ mock, body: { do: name, where, with: details } }) => {
      const act = mock.actions[name] as (options: object) => readonly object[]
      return ok({ happened: act({ ...(where && { where }), ...(details && { with: details }) }) })
    },
  }),
]
