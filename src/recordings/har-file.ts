import { type FileHandle, open } from 'node:fs/promises'
import { formatInstant, type Instant } from '../engine/time/instant.ts'
import { parseJson } from './json.ts'
import type { Redactor } from './redactor.ts'

/** A call that was passed on. */
export interface PassedCall {
  readonly at: Instant
  readonly milliseconds: number
  readonly method: string
  readonly url: URL
  readonly requestHeaders: Iterable<readonly [string, string]>
  readonly requestBody: string
  /** 0 if there was no answer. */
  readonly status: number
  readonly responseHeaders: Iterable<readonly [string, string]>
  readonly responseBody: string
}

const end = '\n]}}\n'

/** A HAR file that is whole after each entry. */
export class HarFile {
  readonly #file: FileHandle
  readonly #redactor: Redactor
  #position = 0
  #isFirst = true
  #written: Promise<void> = Promise.resolve()

  private constructor(file: FileHandle, redactor: Redactor) {
    this.#file = file
    this.#redactor = redactor
  }

  /** Creates a file, readable by its owner only; throws an error of the system if it exists already. */
  static async create(path: string, redactor: Redactor, version: string): Promise<HarFile> {
    const har = new HarFile(await open(path, 'wx', 0o600), redactor)
    const creator = JSON.stringify({ name: 'ricloud-mock', version })
    await har.#write(`{"log":{"version":"1.2","creator":${creator},"entries":[`)
    return har
  }

  async #write(text: string): Promise<void> {
    await this.#file.write(text + end, this.#position)
    this.#position += Buffer.byteLength(text)
  }

  /** Adds a call, after those before it. */
  add(call: PassedCall): Promise<void> {
    this.#written = this.#written.then(() => {
      const comma = this.#isFirst ? '' : ','
      this.#isFirst = false
      return this.#write(`${comma}\n${JSON.stringify(this.#entry(call))}`)
    })
    return this.#written
  }

  async close(): Promise<void> {
    await this.#written.catch(() => {})
    await this.#file.close()
  }

  #entry({
    at,
    milliseconds,
    method,
    url,
    requestHeaders,
    requestBody,
    status,
    responseHeaders,
    responseBody,
  }: PassedCall): object {
    const query = this.#redactor.query(url.search)
    const common = { httpVersion: 'HTTP/1.1', cookies: [], headersSize: -1 }
    return {
      startedDateTime: formatInstant(at),
      time: milliseconds,
      request: {
        ...common,
        method,
        url: `${url.origin}${url.pathname}${query}`,
        headers: this.#redactor.headers(requestHeaders),
        queryString: Array.from(new URLSearchParams(query), ([name, value]) => ({ name, value })),
        bodySize: Buffer.byteLength(requestBody),
        ...(requestBody && { postData: { mimeType: 'application/json', ...this.#text(requestBody) } }),
      },
      response: {
        ...common,
        status,
        statusText: '',
        headers: this.#redactor.headers(responseHeaders),
        redirectURL: '',
        bodySize: Buffer.byteLength(responseBody),
        content: { size: Buffer.byteLength(responseBody), mimeType: 'application/json', ...this.#text(responseBody) },
      },
      cache: {},
      timings: { send: 0, wait: milliseconds, receive: 0 },
    }
  }

  /** A body with stand-ins; none of what is no JSON, which may hold anything. */
  #text(body: string): { readonly text?: string } {
    if (body === '') return { text: '' }
    const parsed = parseJson(body)
    return parsed ? { text: JSON.stringify(this.#redactor.value(parsed.value)) } : {}
  }
}
