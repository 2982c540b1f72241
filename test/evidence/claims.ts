import { apiRoutes } from '../../src/ricloud/routes/index.ts'
import { type DoorName, doorNames } from '../doors/names.ts'
import { apiDocument } from '../support/definition.ts'

interface Response {
  readonly $ref?: string
  readonly content?: {
    readonly 'application/json': { readonly schema: { readonly properties?: { error?: { enum: string[] } } } }
  }
}

/** As much of the OpenAPI document as is read here. */
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Record<string, Response> }>>>>
  readonly components: { readonly responses: Readonly<Record<string, Response>> }
}

const { paths, components } = apiDocument() as Document

/** What each door answered, each as `GET /users/{id} 404 not-found`. */
export type Seen = Readonly<Record<DoorName, ReadonlySet<string>>>

/** What the OpenAPI document says that each endpoint answers: `200`, `404 not-found`. A scripted 5xx may be any. */
export const promises: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  apiRoutes.map(({ method, path }) => [`${method} ${path}`, answersOf(method.toLowerCase(), path)]),
)

function answersOf(verb: string, path: string): string[] {
  const responses = Object.entries(paths[path]?.[verb]?.responses ?? {}).filter(([status]) => /^\d+$/.test(status))
  return responses.flatMap(([status, { $ref, content }]) => {
    const described = $ref ? components.responses[$ref.replace(/.*\//, '')]?.content : content
    const codes = described?.['application/json'].schema.properties?.error?.enum
    return codes ? codes.map((code) => `${status} ${code}`) : [status]
  })
}

/** The doors. */
export const doors = Object.keys(doorNames) as readonly DoorName[]

/** As if each door had answered all that is promised: what the pages show while nothing is missing. */
export const everything = Object.fromEntries(
  doors.map((door) => [
    door,
    new Set(Object.entries(promises).flatMap(([call, answers]) => answers.map((answer) => `${call} ${answer}`))),
  ]),
) as unknown as Seen

/** The doors through which a call was never seen to answer so. */
export const doorsWithout = (seen: Seen, call: string, answer: string): readonly DoorName[] =>
  doors.filter((door) => !seen[door].has(`${call} ${answer}`))
