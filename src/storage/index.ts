import type { Answer, Incoming, ObjectStore } from '../engine/http/exchange.ts'
import { answerGcs, jsonError } from './gcs.ts'
import type { StoredObjects } from './objects.ts'
import { answerS3 } from './s3.ts'
import { xmlError } from './xml-api.ts'

const answers = { s3: answerS3, gcs: answerGcs } as const

/** Answers a call of a client of a store. */
export const answerStore = (incoming: Incoming, objects: StoredObjects): Answer =>
  answers[objects.store](incoming, objects)

/** Refuses the credentials of a call. */
export const refuseCredentials = (store: ObjectStore, message: string): Answer =>
  store === 's3' ? xmlError(403, 'InvalidAccessKeyId', message) : jsonError(401, 'authError', message)
