import { describe, expect, it } from 'vitest'
import { Answers, textOf } from '../../../src/cli/mcp/answers.ts'

describe('answers', () => {
  it('are shown whole up to 20,000 characters', () => {
    expect(new Answers().show('x'.repeat(20_000))).toEqual(['x'.repeat(20_000)])
  })

  it('are cut beyond that, and say how to read on until nothing is left', () => {
    const answers = new Answers()
    const text = Array.from({ length: 9000 }, (_, index) => `${index}`).join()
    let [read = '', note] = answers.show(text)
    for (let i = 0; note; i++) {
      expect(i).toBeLessThan(5)
      const [, given = ''] = /readAnswer (\{.*\}) shows what follows/.exec(note) ?? []
      const [part, next] = answers.part(JSON.parse(given))
      read += part
      note = next
    }
    expect(read).toBe(text)
  })

  it('are kept while few others were cut', () => {
    const answers = new Answers()
    for (let i = 0; i < 5; i++) answers.show('x'.repeat(20_001))
    expect(() => answers.part({ answer: 1, offset: 0 })).toThrow('Answer 1 is not kept')
    expect(answers.part({ answer: 2, offset: 20_000 })).toEqual(['x'])
    expect(() => answers.part({ answer: 2, offset: 20_001 })).toThrow('Answer 2 has 20001 characters.')
  })
})

describe('the text of a response', () => {
  const response = (body: BodyInit, type: string) => new Response(body, { headers: { 'content-type': type } })

  it('is its JSON', async () => {
    expect(await textOf(response('{"a":"ü"}', 'application/json'))).toBe('{"a":"ü"}')
  })

  it('is the size of what is no text', async () => {
    expect(await textOf(response(new Uint8Array(3), 'image/png'))).toBe('3 bytes of image/png')
  })

  it('has an end where the answer has none', async () => {
    const endless = () =>
      new ReadableStream({ pull: (to) => to.enqueue(new TextEncoder().encode('x'.repeat(100_000))) })
    expect(await textOf(response(endless(), 'text/plain'))).toMatch(
      /x\n\(The rest is too long\. Ask for less at once\.\)$/,
    )
    expect(await textOf(response(endless(), 'text/event-stream'))).toBe(
      'This is a stream of events, which no tool follows.',
    )
  })
})
