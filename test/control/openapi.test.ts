import { describe, expect, it } from 'vitest'
import type * as z from 'zod'
import type { controlAnswers } from '../../src/control/answers.ts'
import type { ClockView, Upcoming } from '../../src/control/clock.ts'
import type { ActionDescription, ResourceDescription } from '../../src/control/description.ts'
import type { FaultView } from '../../src/control/faults.ts'
import { documentedPath } from '../../src/control/operation.ts'
import type { ScenarioSummary } from '../../src/control/scenario.ts'
import type { SnapshotDiff, SnapshotView } from '../../src/control/snapshots.ts'
import type { ChangesView } from '../../src/control/state.ts'
import type { WorldView } from '../../src/control/worlds.ts'
import type { DomainEventView } from '../../src/engine/domain-event.ts'
import type { RequestView } from '../../src/engine/journal.ts'
import type { Report } from '../../src/scenario/report.ts'
import { setupApi } from '../support/api.ts'
import { controlDocument, controlRoutes } from '../support/definition.ts'
import { lint } from '../support/lint.ts'
import type { Same } from '../support/same.ts'

const document = controlDocument() as { paths: Readonly<Record<string, Readonly<Record<string, object>>>> }

// `tsc` fails where a schema and the type of its view differ.
type Schemas = ReturnType<typeof controlAnswers>
type Answered<Name extends keyof Schemas> = z.infer<Schemas[Name]>
const same: [
  Same<Answered<'clock'>, ClockView>,
  Same<Answered<'domain_event'>, DomainEventView>,
  Same<Answered<'upcoming'>, { upcoming: readonly Upcoming[] }>,
  Same<Answered<'changes'>, ChangesView>,
  Same<Answered<'scenarios'>, { scenarios: readonly ScenarioSummary[] }>,
  Same<Answered<'report'>, Report>,
  Same<Answered<'fault'>, FaultView>,
  Same<Answered<'request'>, RequestView>,
  Same<Answered<'snapshot'>, SnapshotView>,
  Same<Answered<'snapshot_diff'>, SnapshotDiff>,
  Same<Answered<'world'>, WorldView>,
  Same<Answered<'resource'>, ResourceDescription>,
  Same<Answered<'action'>, ActionDescription>,
] = [true, true, true, true, true, true, true, true, true, true, true, true, true]

const examples = controlRoutes.flatMap(({ method, path, examples = {}, answers = {} }) =>
  Object.entries(examples).map(([name, body]) => ({ method, path, name, body, answers })),
)

describe('The OpenAPI document of the control API', () => {
  it('has exactly the rows of the route table', () => {
    const operations = Object.entries(document.paths).flatMap(([path, verbs]) =>
      Object.keys(verbs).map((verb) => `${verb.toUpperCase()} ${path}`),
    )
    expect(operations.sort()).toEqual(
      controlRoutes.map(({ method, path }) => `${method} ${documentedPath(path)}`).sort(),
    )
  })

  it('has schemas equal to the types of the views', () => {
    expect(new Set<boolean>(same)).toEqual(new Set([true]))
  })

  it('passes a public linter', async () => {
    expect(await lint(document)).toEqual([[]])
  })

  it.each(examples)('has valid examples: $method $path, $name', async ({ method, path, body, answers }) => {
    const { status } = await setupApi().call(method, path, body)
    expect(Object.keys(answers)).toContain(String(status))
  })
})
