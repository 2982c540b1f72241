/** One event of a stream of server-sent events. */
export interface ServerEvent {
  readonly event: string
  readonly data: string
}

/** Reads server-sent events from pieces of text, wherever they are cut. */
export class EventText {
  #rest = ''

  /** The events that a piece completes. */
  read(piece: string): readonly ServerEvent[] {
    const blocks = (this.#rest + piece).replaceAll('\r\n', '\n').split('\n\n')
    this.#rest = blocks.pop() as string
    return blocks.flatMap((block) => {
      const fields = block.split('\n').map((line) => /^(\w+): ?(.*)$/.exec(line))
      const values = (name: string) => fields.flatMap((field) => (field?.[1] === name ? [field[2] as string] : []))
      const data = values('data')
      return data.length > 0 ? [{ event: values('event')[0] ?? 'message', data: data.join('\n') }] : []
    })
  }
}
