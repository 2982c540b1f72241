import * as z from 'zod'
import type { Definitions } from '../engine/resource.ts'
import { count, listOf, strings } from './answer-parts.ts'

const attributeType = z.enum([
  'boolean',
  'choice',
  'datetime',
  'id',
  'integer',
  'json',
  'list',
  'nested',
  'text',
  'uuid',
])

/** What `GET /_mock` says of the resources and actions of an API. */
export function descriptionAnswers(definitions: Definitions) {
  const name = z.enum(Object.keys(definitions))
  const resource = z.strictObject({
    name,
    title: z.string().describe('The plural for people.'),
    short_title: z.string().nullable().describe('The title of narrow columns that hold its ID.'),
    path: z.string(),
    emits_events: z.boolean().describe('Whether moves of its lifecycle emit events.'),
    id: z.enum(['integer', 'uuid']),
    states: listOf(
      z.strictObject({
        name: z.string(),
        tone: z.enum(['good', 'wait', 'bad', 'hold', 'over']),
        moves: z.record(z.string(), strings).describe('The states that each verb leads to; none if it is final.'),
      }),
    ),
    attributes: listOf(
      z.strictObject({
        name: z.string(),
        type: attributeType,
        to: name.nullable().describe('The resource that it refers to.'),
        nullable: z.boolean(),
        hidden: z.boolean().describe('Whether the API does not send it.'),
      }),
    ).describe('In the order in which they are sent, those that are hidden last.'),
    label: z.string().nullable().describe('The attribute that names a record to people.'),
    content: z.string().nullable().describe('The attribute with the URL of an object in a bucket.'),
    table: z
      .strictObject({ position: count, columns: strings, hint: z.string().nullable() })
      .nullable()
      .describe('How the inspector shows its records as a table.'),
    time_line: z
      .strictObject({
        end: z.string(),
        start: z.string(),
        below: z.string().nullable(),
        part_of: z.string().nullable(),
        repeats: z.strictObject({ every: z.string(), until: z.string() }).nullable(),
        grace: z.strictObject({ of: z.string(), begins: z.string(), ends: z.string(), due: z.string() }).nullable(),
      })
      .nullable()
      .describe('How the inspector shows its records on the time line.'),
    due_work: strings.describe('The names of the due work that comes to its records.'),
  })
  const action = z.strictObject({
    name: z.string(),
    description: z.string(),
    targets: z.array(name).readonly().describe('The resources that it is done to.'),
    details: listOf(
      z.strictObject({
        name: z.string(),
        options: listOf(
          z.strictObject({
            value: z.union([z.string(), z.number(), z.boolean(), z.null()]).describe('Null to leave the detail out.'),
            label: z.string(),
          }),
        ),
      }),
    ).describe('The details that can be chosen from some values, the usual one first.'),
  })
  return { resource, action }
}
