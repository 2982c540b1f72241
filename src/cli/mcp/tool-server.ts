import { requestSchema } from '../../engine/http/json-schema.ts'
import { nearest } from '../../engine/messages.ts'
import { parseOptions } from '../../engine/problems.ts'
import { messageOf } from '../../engine/thrown.ts'
import { AnswerPart, Answers } from './answers.ts'
import { type CallAnswer, callServer, type Target } from './calls.ts'
import { listPages, readPage } from './pages.ts'
import type { loadSdk } from './sdk.ts'
import { apiTool, ControlDocument, controlTools, readArguments, type Tool, type ToolCall } from './tools.ts'

/** The tool that shows the rest of an answer. */
const readAnswer = {
  name: 'readAnswer',
  description: 'Show more of an answer that was cut.',
  inputSchema: { ...requestSchema(AnswerPart), type: 'object' },
  annotations: { readOnlyHint: true, destructiveHint: false },
} as const

/** The OpenAPI documents of a server, as resources. */
const documents = ['/_mock/openapi.json', '/_mock/control.openapi.json']

const contentOf = (texts: readonly string[]) => texts.map((text) => ({ type: 'text' as const, text }))

/** The tools and resources of a server, for an MCP client on stdin and stdout. */
export class ToolServer {
  readonly #sdk: Awaited<ReturnType<typeof loadSdk>>
  readonly #version: string
  readonly #mayChange: boolean
  readonly #answers = new Answers()
  readonly #running = new Set<Promise<unknown>>()
  readonly #closing = new AbortController()

  /** @param mayChange whether there are tools that change the mock */
  constructor(sdk: Awaited<ReturnType<typeof loadSdk>>, version: string, mayChange: boolean) {
    this.#sdk = sdk
    this.#version = version
    this.#mayChange = mayChange
  }

  /**
   * Reads from a server which calls it has, and begins to answer the client.
   *
   * @param instructions what the client is told first
   * @throws an Error of one sentence if the server is none, or needs another control token
   */
  async connect(target: Target, instructions: string): Promise<void> {
    const { Server, StdioServerTransport } = this.#sdk
    const all = [...controlTools(await this.#document(target)), apiTool(target.token, !this.#mayChange)]
    const server = new Server(
      { name: 'ricloud-mock', version: this.#version },
      { capabilities: { tools: {}, resources: {} }, instructions },
    )
    const { ListToolsRequestSchema, CallToolRequestSchema } = this.#sdk
    const { ListResourcesRequestSchema, ReadResourceRequestSchema } = this.#sdk
    const offered = all.filter(({ annotations }) => this.#mayChange || annotations.readOnlyHint)
    server.setRequestHandler(ListToolsRequestSchema, () => ({
      tools: [...offered.map(({ callOf: _, ...tool }) => tool), readAnswer],
    }))
    server.setRequestHandler(CallToolRequestSchema, ({ params: { name, arguments: given = {} } }, { signal }) =>
      this.#run(() => this.#use(target, all, name, given, signal)),
    )
    server.setRequestHandler(ListResourcesRequestSchema, () =>
      this.#run(async () => ({
        resources: [
          ...(await listPages()),
          ...documents.map((path) => ({ uri: target.url + path, name: path, mimeType: 'application/json' })),
        ],
      })),
    )
    server.setRequestHandler(ReadResourceRequestSchema, ({ params: { uri } }, { signal }) =>
      this.#run(async () => ({ contents: [{ uri, text: await this.#read(target, uri, signal) }] })),
    )
    await server.connect(new StdioServerTransport())
  }

  /** Resolves once every call that came is answered. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#running)
  }

  /** Gives up running calls. */
  close(): void {
    this.#closing.abort()
  }

  async #run<Result>(work: () => Promise<Result>): Promise<Result> {
    const running = work()
    this.#running.add(running)
    try {
      return await running
    } finally {
      this.#running.delete(running)
    }
  }

  #call(target: Target, call: ToolCall, signal: AbortSignal): Promise<CallAnswer> {
    return callServer(target, call, AbortSignal.any([signal, this.#closing.signal]))
  }

  async #document(target: Target): Promise<ControlDocument> {
    const path = '/_mock/control.openapi.json'
    const { status, text } = await this.#call(target, { method: 'GET', path }, this.#closing.signal)
    if (status === 401) throw new Error(`${target.url} needs its control token: --control-token <token>.`)
    const { data } = ControlDocument.safeParse(parsed(text), parseOptions)
    if (!data) throw new Error(`${target.url} is not ricloud-mock: it answers ${path} with ${status}.`)
    return data
  }

  /** Makes the call of a tool. What is wrong with it is a result too, so that whoever called reads it. */
  async #use(target: Target, all: readonly Tool[], name: string, given: Record<string, unknown>, signal: AbortSignal) {
    try {
      if (name === readAnswer.name) return { content: contentOf(this.#answers.part(readArguments(AnswerPart, given))) }
      const { status, text } = await this.#call(target, this.#tool(all, name).callOf(given), signal)
      return { content: contentOf([`HTTP ${status}`, ...this.#answers.show(text)]), isError: status >= 400 }
    } catch (error) {
      return { content: contentOf([messageOf(error)]), isError: true }
    }
  }

  #tool(all: readonly Tool[], name: string): Tool {
    const tool = all.find((one) => one.name === name)
    const names = all.map((one) => one.name)
    if (!tool) throw new Error(`No tool is called "${name}".${nearest(name, names)}`)
    if (this.#mayChange || tool.annotations.readOnlyHint) return tool
    throw new Error(`${name} may change the mock, which this server may not: start it with --allow-changes.`)
  }

  async #read(target: Target, uri: string, signal: AbortSignal): Promise<string> {
    const path = documents.find((one) => target.url + one === uri)
    const text = path ? (await this.#call(target, { method: 'GET', path }, signal)).text : await readPage(uri)
    if (text !== undefined) return text
    throw new this.#sdk.McpError(this.#sdk.ErrorCode.InvalidParams, `There is no resource ${uri}.`)
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
