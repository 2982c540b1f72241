// What `GET /_mock` says of an API: derived from its definitions, its routes, its due work and its actions.
import type * as z from 'zod'
import type { Attribute } from '../engine/attribute.ts'
import { requestSchema } from '../engine/http/json-schema.ts'
import type { Definition, Definitions, Tone } from '../engine/resource.ts'
import { targetsOf } from '../scenario/action.ts'

/** The parts of an API's definition that its description is derived from. */
export interface DescribedApi {
  readonly definitions: Definitions
  readonly routes: readonly { readonly path: string }[]
  readonly dueWork?: Readonly<Record<string, { readonly resource: string }>>
  readonly actions: Readonly<
    Record<string, { readonly target: string | null; readonly description: string; readonly with: z.ZodObject }>
  >
}

export interface AttributeDescription {
  readonly name: string
  readonly type: Attribute['type']
  /** The resource that it refers to. */
  readonly to: string | null
  readonly nullable: boolean
  /** Whether the API does not send it. */
  readonly hidden: boolean
}

export interface StateDescription {
  readonly name: string
  /** How it looks. */
  readonly tone: Tone
  /** The states that each verb leads to; none if it is final. */
  readonly moves: Readonly<Record<string, readonly string[]>>
}

export interface ResourceDescription {
  readonly name: string
  /** The plural for people: `Storage configs`. */
  readonly title: string
  /** The title of narrow columns that hold its ID. */
  readonly short_title: string | null
  readonly path: string
  /** Whether moves of its lifecycle emit events. */
  readonly emits_events: boolean
  readonly id: Definition['id']
  readonly states: readonly StateDescription[]
  /** In the order in which they are sent, those that are hidden last. */
  readonly attributes: readonly AttributeDescription[]
  /** The attribute that names a record to people. */
  readonly label: string | null
  /** The attribute with the URL of an object in a bucket. */
  readonly content: string | null
  /** Null where records are not shown as a table. */
  readonly table: {
    readonly position: number
    /** Attributes, after the ID and the state. */
    readonly columns: readonly string[]
    readonly hint: string | null
  } | null
  /** Null where records are not shown on the time line. */
  readonly time_line: {
    /** The attribute that says when a record ended. */
    readonly end: string
    /** The attribute that says when a part began. */
    readonly start: string
    /** The attribute with the record below whose bar it is drawn. */
    readonly below: string | null
    /** The attribute with the record in whose bar it is a part; if that is null, it has a bar of its own only with `below`. */
    readonly part_of: string | null
    /** The attributes with the seconds between its due work, and with the instant at which that ends. */
    readonly repeats: { readonly every: string; readonly until: string } | null
    /** The events that begin and end a period in which something that was replaced still works, and its due work. */
    readonly grace: {
      readonly of: string
      readonly begins: string
      readonly ends: string
      readonly due: string
    } | null
  } | null
  /** The names of the due work that comes to its records. */
  readonly due_work: readonly string[]
}

/** A value of a detail. */
export interface OptionDescription {
  /** Null to leave the detail out. */
  readonly value: string | number | boolean | null
  readonly label: string
}

export interface ActionDescription {
  readonly name: string
  readonly description: string
  /** The resources that it is done to. */
  readonly targets: readonly string[]
  /** The details that can be chosen from some values, the usual one first. */
  readonly details: readonly { readonly name: string; readonly options: readonly OptionDescription[] }[]
}

export interface ApiDescription {
  readonly resources: readonly ResourceDescription[]
  readonly actions: readonly ActionDescription[]
  /** The paths of the API's calls, with `*` for each parameter. */
  readonly paths: readonly string[]
}

/** Describes an API to the inspector and other clients that do not know its resources. */
export function describeApi({ definitions, routes, dueWork = {}, actions }: DescribedApi): ApiDescription {
  const shown = Object.keys(definitions).sort((a, b) => positionOf(definitions, a) - positionOf(definitions, b))
  return {
    resources: Object.entries(definitions).map(([name, definition]) => ({
      ...describeResource(name, definition, shown.indexOf(name)),
      due_work: Object.keys(dueWork).filter((work) => dueWork[work]?.resource === name),
    })),
    actions: Object.entries(actions).map(([name, { target, description, with: details }]) => ({
      name,
      description,
      targets: target === null ? [] : targetsOf(definitions, target),
      details: detailsOf(details),
    })),
    paths: [...new Set(routes.map(({ path }) => path.replaceAll(/\{\w+\}/g, '*')))],
  }
}

const positionOf = (definitions: Definitions, name: string) =>
  definitions[name]?.display?.position ?? Number.MAX_SAFE_INTEGER

function describeResource(
  name: string,
  { id, path, isSilent, lifecycle, shape, hidden, display = {} }: Definition,
  position: number,
): Omit<ResourceDescription, 'due_work'> {
  const { isHidden, columns, label, content, shortTitle, tones, hint, timeLine } = display
  const grace = timeLine?.grace
  const attributesOf = (attributes: Definition['shape'], isHidden: boolean) =>
    Object.entries(attributes).map(([attribute, of]) => describeAttribute(attribute, of, isHidden))
  return {
    name,
    title: pluralOf(name),
    short_title: shortTitle ?? null,
    path,
    emits_events: !isSilent,
    id,
    states: Object.entries(lifecycle).map(([state, verbs]) => ({
      name: state,
      tone: tones?.[state] ?? 'over',
      moves: Object.fromEntries(Object.entries(verbs).map(([verb, to]) => [verb, [to].flat()])),
    })),
    attributes: [...attributesOf(shape, false), ...attributesOf(hidden, true)],
    label: label ?? null,
    content: content ?? null,
    table: isHidden ? null : { position, columns: columns ?? columnsOf(shape), hint: hint ?? null },
    time_line: timeLine
      ? {
          end: timeLine.end,
          start: timeLine.start ?? 'date_created',
          below: timeLine.below ?? null,
          part_of: timeLine.partOf ?? null,
          repeats: timeLine.repeats ?? null,
          grace: grace
            ? {
                of: grace.of,
                begins: `${name}.${grace.begins}`,
                ends: `${name}.${grace.ends}`,
                due: `${name}.${grace.due}`,
              }
            : null,
        }
      : null,
  }
}

const describeAttribute = (
  name: string,
  { type, to, isNullable }: Attribute,
  hidden: boolean,
): AttributeDescription => ({ name, type, to: to ?? null, nullable: isNullable ?? false, hidden })

/** The attributes that fit into a cell of a table. */
const columnsOf = (shape: Definition['shape']) =>
  Object.entries(shape)
    .filter(([name, { type, isSecret, isComputed }]) => {
      return name !== 'state' && type !== 'json' && type !== 'list' && !isSecret && !isComputed
    })
    .map(([name]) => name)

/** `Storage configs`. */
function pluralOf(name: string): string {
  const words = `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll('_', ' ')}`
  return words.endsWith('s') ? words : `${words.replace(/([^aeiou])y$/, '$1ie')}s`
}

function detailsOf(schema: z.ZodObject): ActionDescription['details'] {
  const { properties = {} } = requestSchema(schema)
  return Object.entries(properties)
    .map(([name, of]) => ({ name, options: optionsOf(name, of as DetailSchema) }))
    .filter(({ options }) => options.length > 0)
}

/** The values of a choice or of a flag; those of any other detail are in the `labels` of its schema, if it has any. */
function optionsOf(name: string, { type, enum: choice, default: usual, labels = {} }: DetailSchema) {
  const values = choice ?? (type === 'boolean' ? [false, true] : Object.keys(labels).map((value) => value || null))
  const rest = values.filter((value) => value !== usual && value !== null)
  if (values.length === 0) return []
  return [usual ?? null, ...rest].map((value): OptionDescription => {
    const unlabelled = value === null || value === false ? `no ${name}` : value === true ? name : value
    return { value, label: labels[String(value ?? '')] ?? String(unlabelled) }
  })
}

/** The JSON Schema of a detail, as far as its options follow from it. */
interface DetailSchema {
  readonly type?: unknown
  readonly enum?: OptionDescription['value'][] | undefined
  readonly default?: OptionDescription['value'] | undefined
  /** What people call its values; `''` stands for leaving it out. */
  readonly labels?: Readonly<Record<string, string>> | undefined
}
