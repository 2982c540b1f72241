import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { apiErrors } from '../../src/engine/errors.ts'
import type { Answer } from '../../src/engine/http/exchange.ts'
import { errorCatalogue } from '../../src/ricloud/errors.ts'
import { apiDocument, controlDocument } from './definition.ts'

/** A call, with its body as it was sent. */
export interface Call {
  readonly method: string
  readonly url: string
  readonly body: string
}

interface Response {
  readonly $ref?: string
  readonly headers?: Readonly<Record<string, object>>
}

interface Operation {
  readonly operationId: string
  readonly requestBody?: object
  readonly responses: Readonly<Record<string, Response>>
}

/** As much of an OpenAPI document as is read here. */
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly responses: Readonly<Record<string, Response>> }
}

const inJson = '/content/application~1json/schema'
const escaped = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1')
/** A value, or the text itself, which no schema of a body allows. */
function readJson(text: string) {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const isScripted = (body: { message?: unknown }) => body.message === apiErrors.scripted(500, undefined).message

/** A check of calls by a document of the API: what is wrong with what was answered, or with what was accepted. */
export function checkBy(document: object): (call: Call, answer: Answer) => string | undefined {
  const { paths, components } = document as Document
  const ajv = new Ajv2020({ strict: true, strictTypes: false, validateFormats: false })
  // The document is no schema, but what its schemas refer to stands in it.
  ajv.addVocabulary(Object.keys(document))
  ajv.addSchema(document, 'api', true, false)
  const compiled = new Map<string, ValidateFunction>()
  const routes = Object.entries(paths).map(([path, operations]) => {
    // The key of an object has slashes, which no parameter of a path can have in a document.
    const pattern = path.replace('{key}', '.+').replaceAll(/\{\w+\}/g, '[^/]+')
    return { path, operations, pattern: new RegExp(`^${pattern}$`) }
  })
  // A path without a parameter comes before one that has it there.
  routes.sort((a, b) => a.path.split('{').length - b.path.split('{').length)

  /** What is wrong with a value by the schema at a place of the document. */
  function faultIn(value: unknown, place: string): string | undefined {
    let validate = compiled.get(place)
    if (!validate) compiled.set(place, (validate = ajv.compile({ $ref: `api${place}` })))
    if (validate(value)) return undefined
    return `${ajv.errorsText(validate.errors, { dataVar: 'it' })}: ${JSON.stringify(value).slice(0, 500)}`
  }

  function faultInRefusal(status: number, body: { error?: string; message?: string }): string | undefined {
    const expected = errorCatalogue[body.error as keyof typeof errorCatalogue]?.status
    if (expected !== status && !isScripted(body)) return `${body.error} has the status ${expected}`
    return faultIn(body, '#/components/schemas/Error')
  }

  return ({ method, url, body: sent }, { status, headers, body: text, bytes, close, stream }) => {
    if (close === 'reset' || close === 'empty' || stream || bytes) return undefined
    const path = url.replace(/[?#].*/s, '')
    const route = routes.find(({ pattern }) => pattern.test(path))
    const verb = method === 'HEAD' ? 'get' : method.toLowerCase()
    const operation = route?.operations[verb]
    const body = readJson(text)
    const report = (fault: string | undefined, way = 'answered') =>
      fault && `${method} ${url} ${way} ${status}: ${fault}`
    if (!route || !operation || isScripted(body)) return report(faultInRefusal(status, body))

    const here = `#/paths/${escaped(route.path)}/${verb}`
    const { operationId, responses, requestBody } = operation
    const named = responses[status]
    if (!named) return report(`${operationId} has no such answer: ${text}`)
    const response = named.$ref ? components.responses[named.$ref.replace(/.*\//, '')] : named
    const known = ['content-type', ...Object.keys(response?.headers ?? {}).map((name) => name.toLowerCase())]
    const unknown = Object.keys(headers).filter((name) => !known.includes(name))
    if (unknown.length > 0) return report(`${operationId} has no header ${unknown.join(', ')}`)
    const fault =
      status === 304 ? undefined : report(faultIn(body, `${named.$ref ?? `${here}/responses/${status}`}${inJson}`))
    if (fault || status >= 300 || !requestBody) return fault
    const given = sent.trim() === '' ? {} : (JSON.parse(sent) ?? {})
    return report(faultIn(given, `${here}/requestBody${inJson}`), 'was accepted with')
  }
}

interface Documents {
  readonly api: () => object
  readonly control: () => object
}

const ricloud: Documents = { api: apiDocument, control: controlDocument }
const made: { documents: Documents; api?: ReturnType<typeof checkBy>; control?: ReturnType<typeof checkBy> } = {
  documents: ricloud,
}

/** Lets calls be checked by the documents of another API; by those of ricloud without them. */
export function checkAgainst(documents: Documents = ricloud): void {
  made.documents = documents
  delete made.api
  delete made.control
}

/** The check by the documents of the mocked API and of the control API, each made when it is first needed. */
export const check: ReturnType<typeof checkBy> = (call, answer) => {
  const by = call.url.startsWith('/_mock')
    ? (made.control ??= checkBy(made.documents.control()))
    : (made.api ??= checkBy(made.documents.api()))
  return by(call, answer)
}
