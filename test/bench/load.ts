import { connect, type Socket } from 'node:net'

export interface Load {
  readonly port: number
  /** The whole text of the request with this number. */
  request(number: number): string
  readonly connections?: number
  /** Stops after so many seconds, or after so many answers. */
  readonly seconds: number
  readonly most?: number
}

export interface Measured {
  readonly perSecond: number
  readonly answers: number
  /** Answers whose status was not in the 200s. */
  readonly wrong: number
  /** Milliseconds that 99 of a hundred answers took at most. */
  readonly p99: number
}

/** Sends requests on keep-alive connections, one at a time on each, to 127.0.0.1 alone. */
export async function load({ port, request, connections = 16, seconds, most = Infinity }: Load): Promise<Measured> {
  const begun = performance.now()
  const end = begun + seconds * 1000
  const times: number[] = []
  let [sent, answers, wrong] = [0, 0, 0]

  const run = (socket: Socket) =>
    new Promise<void>((done, failed) => {
      let pending = ''
      let since = 0
      const send = () => {
        if (performance.now() >= end || sent >= most) {
          socket.destroy()
          done()
          return
        }
        since = performance.now()
        socket.write(request(sent++))
      }
      socket.setNoDelay(true)
      socket.setEncoding('latin1')
      socket.on('error', failed)
      socket.on('close', () => done())
      socket.on('data', (text: unknown) => {
        pending += String(text)
        const head = pending.indexOf('\r\n\r\n')
        if (head < 0) return
        const length = Number(/content-length: (\d+)/i.exec(pending)?.[1])
        if (pending.length < head + 4 + length) return
        answers++
        if (pending[9] !== '2') wrong++
        times.push(performance.now() - since)
        pending = ''
        send()
      })
      send()
    })

  await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect(port, '127.0.0.1')
      await new Promise((connected, failed) => socket.once('connect', connected).once('error', failed))
      await run(socket)
    }),
  )
  times.sort((a, b) => a - b)
  return {
    perSecond: answers / ((performance.now() - begun) / 1000),
    answers,
    wrong,
    p99: times[Math.floor(times.length * 0.99)] ?? Number.NaN,
  }
}
