// Runs before every test file: what the mock answers and accepts, anywhere in the tests, must be what its documents say.
import { afterAll, afterEach, expect } from 'vitest'
import { Router } from '../../src/engine/http/router.ts'
import { check } from './conform.ts'

type Respond = typeof Router.prototype.respond & { original?: typeof Router.prototype.respond }

const faults: string[] = []

// One worker runs this for one file after another, each with tests of its own to tell.
const { original = Router.prototype.respond }: Respond = Router.prototype.respond

const watched: Respond = async function (this: Router<object>, incoming) {
  let body = ''
  const read = (limit: number) => {
    const text = incoming.body(limit)
    text.then(
      (sent) => (body = sent ?? ''),
      () => {},
    )
    return text
  }
  const answer = await original.call(this, Object.create(incoming, { body: { value: read } }))
  const { method, url } = incoming
  const fault = check({ method, url, body }, answer)
  if (fault) faults.push(fault)
  return answer
}
watched.original = original
Router.prototype.respond = watched

const tell = () => expect(faults.splice(0), 'calls that are not as the OpenAPI documents say').toEqual([])
afterEach(tell)
afterAll(tell)
