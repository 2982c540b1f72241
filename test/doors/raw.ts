import { connect } from 'node:net'
import { bounded } from '../support/wait.ts'

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

export interface RawRequest {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** A request as bytes, with nothing checked, escaped or added but Host and Content-Length. */
export function written(method: string, target: string, { headers = {}, body }: RawRequest = {}): Buffer {
  const bytes = Buffer.from(body ?? '')
  const lines = Object.entries({ host: 'localhost', ...(body !== undefined && sized(bytes, headers)), ...headers })
  const head = `${method} ${target} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), bytes])
}

const sized = (bytes: Buffer, headers: Readonly<Record<string, string>>) =>
  'transfer-encoding' in headers ? {} : { 'content-length': String(bytes.length) }

/** Sends bytes over one connection and gives the final answers, in the order in which they came. */
export async function exchange(url: string, bytes: Uint8Array, count = 1, bodiless = false): Promise<RawAnswer[]> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const received: Buffer[] = []
  try {
    return await bounded(
      new Promise((resolve, reject) => {
        const read = () => answersIn(Buffer.concat(received), bodiless)
        socket.on('data', (chunk: Buffer) => {
          received.push(chunk)
          const answers = read()
          if (answers.length >= count) resolve(answers)
        })
        socket.on('error', reject)
        socket.on('close', () => reject(new Error(`The server closed after ${read().length} whole answers.`)))
        socket.write(bytes)
      }),
      'The server did not answer',
    )
  } finally {
    socket.destroy()
  }
}

function answersIn(bytes: Buffer, bodiless: boolean): RawAnswer[] {
  const answers: RawAnswer[] = []
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf('\r\n\r\n', start)
    if (end < 0) break
    const [first = '', ...lines] = bytes.toString('latin1', start, end).split('\r\n')
    const status = Number(first.split(' ')[1])
    const headers = new Headers(lines.map((line) => /^([^:]*): *(.*)$/.exec(line)?.slice(1) as [string, string]))
    const length = bodiless || status < 200 ? 0 : Number(headers.get('content-length'))
    if (bytes.length < end + 4 + length) break
    start = end + 4 + length
    if (status >= 200) answers.push({ status, headers, body: bytes.toString('utf8', end + 4, start) })
  }
  return answers
}
