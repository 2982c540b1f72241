/** One event of a stream of server-sent events. */
export interface ServerEvent {
  readonly event: string
  readonly data: string
}

/** Parses server-sent events from chunks of text, which may end anywhere. */
export class EventStreamParser {
  #rest = ''

  /** The events that are complete with this chunk. */
  read(chunk: string): readonly ServerEvent[] {
    // A long event comes in many chunks, and is complete with the end of a line at the earliest.
    if (!chunk.includes('\n')) {
      this.#rest += chunk
      return []
    }
    const blocks = (this.#rest + chunk).replaceAll('\r\n', '\n').split('\n\n')
    this.#rest = blocks.pop() as string
    return blocks.flatMap((block) => {
      const fields = block.split('\n').map((line) => /^(\w+): ?(.*)$/.exec(line))
      const values = (name: string) => fields.flatMap((field) => (field?.[1] === name ? [field[2] as string] : []))
      const data = values('data')
      return data.length > 0 ? [{ event: values('event')[0] ?? 'message', data: data.join('\n') }] : []
    })
  }
}
