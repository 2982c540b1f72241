import { describeApi, type ResourceDescription } from '../../src/control/description.ts'
import { Api } from '../../src/inspector/api.ts'
import { actions, api } from '../support/definition.ts'

/** ricloud as `GET /_mock` describes it. */
export const description = describeApi({ ...api, actions })

/** The same as the inspector uses it. */
export const described = new Api(description)

export function resourceOf(name: string): ResourceDescription {
  const resource = described.resource(name)
  if (!resource) throw new Error(`There is no resource ${name}.`)
  return resource
}
