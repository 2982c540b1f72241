import type { Answered } from './api.ts'

/** Status and body, to be compared whole. */
export const answerOf = ({ status, body }: Answered) => ({ status, body })

/** Status and error code: `403 forbidden`. */
export const refusalOf = ({ status, body }: Answered) => `${status} ${body.error}`

/** The names of the parameters at fault. */
export const faultsOf = ({ status, body }: Answered) => [`${status} ${body.error}`, ...Object.keys(body.params ?? {})]

/** The IDs in a list, in its order. */
export const idsOf = ({ body }: Answered): (number | string)[] => body.data.map(({ id }: { id: number }) => id)

/** What an answer says it ignored; null if nothing. */
export const ignoredBy = ({ headers }: Answered) => headers.get('mock-ignored')

/** Headers that call with another token. */
export const withToken = (token: string) => ({ authorization: `Token ${token}` })

/** A token that the API made. */
export const newToken = /^[A-Za-z0-9]{64}$/

/** An ID of a session, as the API makes it. */
export const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
