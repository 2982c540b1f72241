import { PassThrough, Writable } from 'node:stream'
import { expect, it } from 'vitest'
import { Output, printLines } from '../../src/cli/output.ts'

/** A stream that keeps every write. */
function recording() {
  const writes: string[] = []
  const stream = new Writable({
    write(chunk, _, done) {
      writes.push(String(chunk))
      done()
    },
  })
  return { writes, stream }
}

it('Output: writes lines printed at once in one write, in order', async () => {
  const { writes, stream } = recording()
  const output = new Output(stream)
  for (const line of ['one', 'two', 'three']) output.print(line)
  expect(writes).toEqual([])
  await output.flush()
  expect(writes).toEqual(['one\ntwo\nthree\n'])
})

it('Output: writes without flush() after a delay', async () => {
  const stream = new PassThrough()
  new Output(stream).print('one')
  const [chunk] = await stream.take(1).toArray()
  expect(String(chunk)).toBe('one\n')
})

it('Output: drops lines and does not throw once the reader is gone', async () => {
  const stream = new Writable({
    write(_chunk, _, done) {
      done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    },
  })
  const output = new Output(stream)
  output.print('one')
  await output.flush()
  output.print('two')
  await output.flush()
  await printLines(stream, 'three')
  expect(stream.destroyed).toBe(true)
})
