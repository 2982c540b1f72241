import { controlErrors } from '../../src/control/answers.ts'
import { controlOpenapi, openapi } from '../../src/control/openapi.ts'
import { definition } from '../../src/mock/ricloud.ts'

/** What all mocks of ricloud have in common, for tests of its parts. */
export const { api, language, controlRoutes } = definition
export const { actions } = language

const vocabulary = { ...api, actions }

export const apiDocument = () => openapi(api)
export const controlDocument = () => controlOpenapi(vocabulary, controlRoutes)

/** The errors that only the control API gives. */
export const ownControlErrors = Object.entries(controlErrors(api.errors)).filter(([code]) => !(code in api.errors))
