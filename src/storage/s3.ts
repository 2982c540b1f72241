import type { Answer, Incoming } from '../engine/http/exchange.ts'
import { crc32cOf } from './crc32c.ts'
import type { StoredObjects } from './objects.ts'
import { answerXml, type XmlTraits } from './xml-api.ts'

const traits: XmlTraits = {
  namespace: 'http://s3.amazonaws.com/doc/2006-03-01/',
  headers: (object, { header }, isWhole) =>
    isWhole && header('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED'
      ? { 'x-amz-checksum-crc32c': crc32cOf(object), 'x-amz-checksum-type': 'FULL_OBJECT' }
      : {},
}

/** Answers a call of S3. */
export const answerS3 = (incoming: Incoming, objects: StoredObjects): Answer => answerXml(incoming, objects, traits)
