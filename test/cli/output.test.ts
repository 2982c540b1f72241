import { PassThrough, Writable } from 'node:stream'
import { expect, it } from 'vitest'
import { Output, say } from '../../src/cli/output.ts'

/** A stream that notes every write. */
function noting() {
  const writes: string[] = []
  const stream = new Writable({
    write(chunk, _, done) {
      writes.push(String(chunk))
      done()
    },
  })
  return { writes, stream }
}

it('writes what is printed in one moment at once, and in its order', async () => {
  const { writes, stream } = noting()
  const output = new Output(stream)
  for (const line of ['one', 'two', 'three']) output.print(line)
  expect(writes).toEqual([])
  await output.written()
  expect(writes).toEqual(['one\ntwo\nthree\n'])
})

it('writes by itself a moment later', async () => {
  const stream = new PassThrough()
  new Output(stream).print('one')
  const [chunk] = await stream.take(1).toArray()
  expect(String(chunk)).toBe('one\n')
})

it('prints no more, and goes on, once nobody reads', async () => {
  const stream = new Writable({
    write(_chunk, _, done) {
      done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    },
  })
  const output = new Output(stream)
  output.print('one')
  await output.written()
  output.print('two')
  await output.written()
  await say(stream, 'three')
  expect(stream.destroyed).toBe(true)
})
