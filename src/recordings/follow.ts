import type { Definition, Definitions } from '../engine/resource.ts'
import { listAt } from '../engine/values.ts'
import type { Body } from './answer-check.ts'
import type { Bindings } from './bindings.ts'
import { jsonOf, type RecordedCall } from './call.ts'
import type { ReplayedMock } from './compared.ts'
import { idText } from './json.ts'
import type { CallRoute, Routes } from './routes.ts'
import { recordsIn } from './seen.ts'

type Perform = (options: { where: object; with?: object }) => unknown

/** A record in an answer. */
interface Sighting {
  readonly index: number
  readonly isGet: boolean
  readonly body: Body
}

/** The longest way through a lifecycle that is followed. */
const longestWay = 3

/**
 * Does to the records of the mock what others than the client did to those of the recording: services that decide,
 * administrators that block.
 */
export class Follower {
  readonly #definitions: Definitions
  readonly #routes: Routes
  readonly #mock: ReplayedMock
  readonly #bindings: Bindings
  readonly #sightings = new Map<string, Sighting[]>()

  constructor(definitions: Definitions, routes: Routes, mock: ReplayedMock, bindings: Bindings) {
    this.#definitions = definitions
    this.#routes = routes
    this.#mock = mock
    this.#bindings = bindings
  }

  /** Notes which states records have in the answers. */
  read(calls: readonly RecordedCall[]): void {
    for (const [index, call] of calls.entries()) {
      if (call.status >= 300 || call.skipped !== undefined) continue
      for (const [name, body] of recordsIn(this.#definitions, jsonOf(call.answer))) {
        const key = `${name} ${idText(body.id)}`
        listAt(this.#sightings, key).push({ index, isGet: call.method === 'GET', body })
      }
    }
  }

  /** Before a call: the states that its answer shows, or that the next answers show of what it refers to. */
  before(call: RecordedCall, index: number, route: CallRoute): string[] {
    if (call.method === 'GET') {
      const answer = call.status < 300 ? jsonOf(call.answer) : undefined
      return Array.from(recordsIn(this.#definitions, answer)).flatMap(([name, body]) => [
        ...this.#makers(name, body, index),
        ...this.#follow(name, body.id, body),
      ])
    }
    return this.#routes.referencesIn(call, route).flatMap(({ resource, id }) => {
      // The first answer that shows it from here on; that of the call itself shows what the call did.
      const next = this.#sightings.get(`${resource} ${idText(id)}`)?.find((one) => one.index >= index)
      return next?.isGet ? this.#follow(resource, id, next.body) : []
    })
  }

  /** What made a record that the mock does not have is followed to its next state: a poll that has results is done. */
  #makers(name: string, body: Body, index: number): string[] {
    if (this.#bindings.mocked(name, body.id) !== undefined) return []
    const { shape } = this.#definitions[name] as Definition
    return Object.entries(shape).flatMap(([attribute, { to, type }]) => {
      if (to === undefined || type === 'list' || type === 'nested') return []
      const next = this.#sightings.get(`${to} ${idText(body[attribute])}`)?.find((one) => one.index >= index)
      return next?.isGet ? this.#follow(to, body[attribute], next.body) : []
    })
  }

  /**
   * Whether others than the client decide on the state of a record, and are followed: not if it is about a resource whose
   * states are not, as the test of a config is.
   */
  isFollowed(name: string, body: Body): boolean {
    const { lifecycle, about } = this.#definitions[name] as Definition
    const [of = ''] = about ? String(body[about.type]).split('.') : []
    if (of !== name && Object.hasOwn(this.#definitions, of) && !this.isFollowed(of, {})) return false
    return Object.values(lifecycle).some((verbs) =>
      Object.keys(verbs).some((verb) => `${name}.${verb}` in this.#mock.actions),
    )
  }

  #follow(name: string, id: unknown, body: Body): string[] {
    const own = this.#bindings.mocked(name, id)
    return own === undefined ? [] : this.toState(name, own, body)
  }

  /** Moves a record of the mock to a recorded state, if there is a way; returns the actions. */
  toState(name: string, id: unknown, { state, error }: Body): string[] {
    const now = this.#stateOf(name, id)
    if (now === undefined || typeof state !== 'string' || now === state) return []
    const way = this.#way(name, now, state)
    for (const action of way) {
      const done = typeof error === 'string' && this.#perform(action, id, { error })
      if (!done && !this.#perform(action, id)) return []
    }
    return way
  }

  #stateOf(name: string, id: unknown): string | undefined {
    try {
      const { state } = this.#mock.record(name, id as string | number).shown as { readonly state?: string }
      return state
    } catch {
      return undefined
    }
  }

  /** The actions that lead from one state to another; none if there are no such. */
  #way(name: string, from: string, to: string): string[] {
    const { lifecycle } = this.#definitions[name] as Definition
    let ways: { readonly state: string; readonly way: string[] }[] = [{ state: from, way: [] }]
    for (let length = 0; length < longestWay; length++) {
      ways = ways.flatMap(({ state, way }) =>
        Object.entries(lifecycle[state] ?? {})
          .filter(([verb]) => `${name}.${verb}` in this.#mock.actions)
          .flatMap(([verb, next]) => [next].flat().map((one) => ({ state: one, way: [...way, `${name}.${verb}`] }))),
      )
      const found = ways.find(({ state }) => state === to)
      if (found) return found.way
    }
    return []
  }

  #perform(action: string, id: unknown, details?: object): boolean {
    try {
      const perform = (this.#mock.actions as Readonly<Record<string, Perform>>)[action]
      perform?.({ where: { id }, ...(details && { with: details }) })
      return perform !== undefined
    } catch {
      return false
    }
  }

  /** Tries what could have happened to a record that a refused call refers to, so that it succeeds as recorded. */
  async explaining<T>(
    call: RecordedCall,
    route: CallRoute,
    attempt: () => Promise<T | undefined>,
  ): Promise<{ readonly answer: T; readonly followed: string[] } | undefined> {
    for (const { resource, id } of this.#routes.referencesIn(call, route)) {
      const own = this.#bindings.mocked(resource, id)
      const state = own === undefined ? undefined : this.#stateOf(resource, own)
      for (const verb of Object.keys(this.#definitions[resource]?.lifecycle[state ?? ''] ?? {})) {
        const action = `${resource}.${verb}`
        this.#mock.snapshots.save('before')
        const answer = this.#perform(action, own) ? await attempt() : undefined
        if (answer !== undefined) return { answer, followed: [action] }
        this.#mock.snapshots.restore('before')
      }
    }
    return undefined
  }
}
