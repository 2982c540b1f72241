import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { PassThrough, Writable } from 'node:stream'
import { afterAll, describe, expect, it } from 'vitest'
import { Output } from '../../src/cli/output.ts'
import { program } from '../doors/bundled.ts'
import { killChildren, startCommand } from '../doors/child.ts'

afterAll(killChildren)

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

it('Output: drops lines and does not throw once the reader is gone, and says so', async () => {
  const stream = new Writable({
    write(_chunk, _, done) {
      done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    },
  })
  const output = new Output(stream)
  expect(output.failed.aborted).toBe(false)
  output.print('one')
  await output.flush()
  expect(output.failed.reason).toEqual(new Error('Failed to write the output: its reader is gone (EPIPE).'))
  output.print('two')
  await output.flush()
  expect(stream.destroyed).toBe(true)
})

/** Commands that print a result, and what they print it with. */
const printing = [['env'], ['scenarios'], ['validate', 'test/recipes/one-day.yaml'], ['--port', '0', '--json']].map(
  (args) => [args.join(' '), args] as const,
)

describe('A command that cannot print its result ends with an error', () => {
  const message = (reason: string) => `ricloud-mock: Failed to write the output: ${reason}.\n`

  it.skipIf(!existsSync('/dev/full')).each(printing)('where the disk is full: %s', (_, args) => {
    const { status, stderr } = spawnSync('sh', [
      '-c',
      'exec "$@" > /dev/full',
      'sh',
      process.execPath,
      ...program,
      ...args,
    ])
    expect({ status, err: String(stderr) }).toEqual({
      status: 1,
      err: message('no space is left on the device (ENOSPC)'),
    })
  })

  it.each(printing)('where its reader is gone: %s', async (_, args) => {
    const child = startCommand(args, program)
    child.process.stdout.destroy()
    expect(await child.ended()).toMatchObject({ code: 1, err: message('its reader is gone (EPIPE)') })
  })
})
