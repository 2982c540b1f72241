import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Buckets } from '../../src/engine/buckets.ts'
import { md5 } from '../../src/engine/md5.ts'
import { read, write } from '../../src/engine/serialize.ts'

const object = (key: string, bytes = [1, 2, 3]) => ({
  scheme: 'gs' as const,
  bucket: 'my-bucket',
  key,
  type: 'application/json',
  bytes: Uint8Array.from(bytes),
})
const at = (key: string, bucket = 'my-bucket') => ({ scheme: 'gs', bucket, key }) as const
const plenty = 1024
const stored = 1_500_000_000_000_000

function filled() {
  const buckets = new Buckets(() => stored)
  buckets.put([object('a'), object('b/c', [4, 5])], plenty)
  return buckets
}

describe('md5', () => {
  it('is that of Node for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(md5(bytes)).toBe(createHash('md5').update(bytes).digest('hex'))
      }),
    )
  })

  it('takes text as UTF-8', () => {
    expect(md5('Zoë 🦊')).toBe(createHash('md5').update('Zoë 🦊', 'utf8').digest('hex'))
  })
})

describe('Buckets', () => {
  it('return an object by bucket and key, with its MD5', () => {
    expect(filled().get(at('b/c'))).toEqual({
      ...object('b/c', [4, 5]),
      md5: md5(Uint8Array.of(4, 5)),
      stored,
    })
  })

  it('know no object under another key, or in another bucket', () => {
    const buckets = filled()
    expect([buckets.get(at('b')), buckets.get(at('c/d', 'my-bucket/b')), buckets.get(at('a', 'other'))]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  it('keep buckets of the same name apart by their schemes', () => {
    const buckets = filled()
    const twin = { ...object('a', [9]), scheme: 's3' as const }
    buckets.put([twin], plenty)
    expect([buckets.get(at('a'))?.bytes[0], buckets.get({ ...at('a'), scheme: 's3' })?.bytes[0]]).toEqual([1, 9])
    const keys = (scheme: 'gs' | 's3') => buckets.sorted(scheme, 'my-bucket').map(({ key }) => key)
    expect([keys('gs'), keys('s3'), buckets.size]).toEqual([['a', 'b/c'], ['a'], 6])
    expect(buckets.unpack(buckets.pack(buckets.save()))).toEqual(buckets.save())
    buckets.delete(twin)
    expect(buckets.list()).toEqual(filled().list())
  })

  it('list the objects of one bucket, the oldest first', () => {
    const buckets = filled()
    buckets.put([{ ...object('a'), bucket: 'other' }], plenty)
    expect([buckets.list('my-bucket').map(({ key }) => key), buckets.list().length]).toEqual([['a', 'b/c'], 3])
  })

  it('count the bytes of all objects, those of a replaced one no more', () => {
    const buckets = filled()
    buckets.put([object('a', [9])], plenty)
    expect([buckets.size, buckets.get(at('a'))?.bytes]).toEqual([3, Uint8Array.of(9)])
    buckets.delete(at('a'))
    buckets.delete(at('unknown'))
    expect(buckets.size).toBe(2)
  })

  it('store all of the objects or none beyond the limit', () => {
    const buckets = filled()
    expect(buckets.put([object('d', [1]), object('e', [1])], 6)).toBeUndefined()
    expect([buckets.size, buckets.get(at('d'))]).toEqual([5, undefined])
    expect(buckets.put([object('d', [1])], 6)).toHaveLength(1)
  })

  it('are restored to what they were', () => {
    const buckets = filled()
    const state = buckets.save()
    buckets.put([object('a', [9]), object('new')], plenty)
    buckets.restore(state)
    expect([buckets.list(), buckets.size]).toEqual([filled().list(), 5])
  })

  it('are the same after being written as text, whatever their bytes and keys are', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.uint8Array())), (objects) => {
        const buckets = new Buckets(() => stored)
        for (const [key, bytes] of objects) buckets.put([{ ...object(key), bytes }], Infinity)
        const packed = read(write(buckets.pack(buckets.save()))) as ReturnType<Buckets['pack']>
        expect(buckets.unpack(packed)).toEqual(buckets.save())
      }),
      { numRuns: 40 },
    )
  })
})
