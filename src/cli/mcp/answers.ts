import * as z from 'zod'

/** How many characters a tool shows at once, how many of an answer are kept for later, and of how many answers. */
const pageLength = 20_000
const keptLength = 4_000_000
const keptAnswers = 4

interface Kept {
  readonly id: number
  readonly text: string
}

/** The arguments of `readAnswer`. */
export const AnswerPart = z.strictObject({
  answer: z.int().positive().describe('The number of the answer.'),
  offset: z.int().nonnegative().describe('How many characters to leave out.'),
})

/** The texts of answers that tools show a part of, the last few. */
export class Answers {
  #kept: readonly Kept[] = []
  #last = 0

  /** The beginning of a text, with how to read the rest if there is more. */
  show(text: string): string[] {
    if (text.length <= pageLength) return [text]
    const kept = { id: ++this.#last, text }
    this.#kept = [...this.#kept, kept].slice(-keptAnswers)
    return this.#part(kept, 0)
  }

  /** A later part of a text; throws an Error if it is not kept, or not that long. */
  part({ answer, offset }: z.infer<typeof AnswerPart>): string[] {
    const kept = this.#kept.find(({ id }) => id === answer)
    if (!kept) throw new Error(`Answer ${answer} is not kept: only the last ${keptAnswers} that were cut are.`)
    if (offset >= kept.text.length) throw new Error(`Answer ${answer} has ${kept.text.length} characters.`)
    return this.#part(kept, offset)
  }

  #part({ id, text }: Kept, offset: number): string[] {
    const end = offset + pageLength
    const part = text.slice(offset, end)
    if (end >= text.length) return [part]
    const next = `readAnswer ${JSON.stringify({ answer: id, offset: end })}`
    return [part, `This was cut: characters ${offset} to ${end} of ${text.length}. ${next} shows what follows.`]
  }
}

/** The text of a response: of other content its size, and only the beginning where it is endless or too long to be kept. */
export async function textOf(response: Response): Promise<string> {
  const type = response.headers.get('content-type') ?? 'no type'
  if (type.startsWith('text/event-stream')) {
    await response.body?.cancel()
    return 'This is a stream of events, which no tool follows.'
  }
  const isText = /^(?:text\/|application\/json)/.test(type)
  const decoder = new TextDecoder()
  let [text, size] = ['', 0]
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (isText) text += decoder.decode(chunk, { stream: true })
    if (text.length > keptLength) return `${text.slice(0, keptLength)}\n(The rest is too long. Ask for less at once.)`
  }
  return isText ? text + decoder.decode() : `${size} bytes of ${type}`
}
