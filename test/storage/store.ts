import { type BucketScheme, Buckets } from '../../src/engine/buckets.ts'
import type { Answer, Incoming, ObjectStore } from '../../src/engine/http/exchange.ts'
import { answerStore } from '../../src/storage/index.ts'
import { StoredObjects } from '../../src/storage/objects.ts'

/** 2020-02-20T12:00:00.000007Z */
export const stored = 1_582_200_000_000_007

/** A call, beside its path. */
interface Call {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly origin?: string
}

/** What a call got. */
interface Got {
  readonly status: number
  readonly headers: Answer['headers']
  readonly text: string
}

/**
 * A store with objects in the bucket `my-bucket`, which a storage config names, as function from calls to answers.
 *
 * @param objects their texts by their keys
 */
export function setupStore(
  store: ObjectStore,
  objects: Readonly<Record<string, string>>,
  scheme: BucketScheme = store === 's3' ? 's3' : 'gs',
) {
  const buckets = new Buckets(() => stored)
  const toBytes = new TextEncoder()
  const put = (bucket: string, key: string, text: string, of = scheme) =>
    buckets.put([{ scheme: of, bucket, key, type: 'text/plain', bytes: toBytes.encode(text) }], Infinity)
  for (const [key, text] of Object.entries(objects)) put('my-bucket', key, text)
  const named = [{ url: `${scheme}://my-bucket/results`, date_created: '2020-01-01T00:00:00.000000Z' }]
  const ask = (url: string, { method = 'GET', headers = {}, origin = 'http://127.0.0.1:9000' }: Call = {}): Got => {
    const header = (name: string) => headers[name]
    const incoming: Incoming = { method, url, origin, header, headers: () => headers, body: async () => '' }
    const answer = answerStore(incoming, new StoredObjects(store, buckets, named))
    return { ...answer, text: new TextDecoder().decode(answer.bytes) }
  }
  return { buckets, named, put, ask }
}

/** The texts of all elements of a name. */
export const textsOf = (name: string, xml: string): string[] =>
  Array.from(xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g')), ([, text = '']) => text)
