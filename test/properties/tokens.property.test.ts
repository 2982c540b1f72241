import fc from 'fast-check'
import { describe, expect } from 'vitest'
import type { DomainEventView, Mock } from '../../src/index.ts'
import type { Command } from './calls.ts'
import { anyCommand, commandsOf, keyCommands, moves, upheaval } from './commands.ts'
import { calm } from './concurrency.ts'
import { holds } from './invariants.ts'
import { call, perform, setup } from './perform.ts'

/** What is known of a key from what the API and the actions answered. */
interface Known {
  readonly organisation: number
  token: string
  state: string
  readonly expires: number
  /** Until when a replaced token works. */
  grace: Map<string, number>
}

interface KeyView {
  readonly id: number
  readonly organisation: number
  readonly token: string
  readonly state: string
  readonly date_expires: string | null
}

const hour = 3600e3
const timeOf = (mock: Mock) => Date.parse(mock.clock.now())

/** A model of the documented rules of tokens: given the answers, it says what each token permits. */
class Tokens {
  keys = new Map<number, Known>()
  organisations = new Map<number, string>()
  /** Every token that was ever seen. */
  readonly seen = new Set<string>()

  constructor(mock: Mock) {
    const state = mock.state()
    for (const { id, state: now } of state.organisation) this.organisations.set(id, now)
    for (const key of state.key) this.#learn(key)
  }

  #learn({ id, organisation, token, state, date_expires }: KeyView): void {
    const expires = date_expires === null ? Infinity : Date.parse(date_expires)
    this.keys.set(id, { organisation, token, state, expires, grace: new Map() })
    this.seen.add(token)
  }

  #rotated(id: number, token: string, force: boolean, now: number): void {
    const key = this.keys.get(id) as Known
    key.grace = force ? new Map() : new Map([...key.grace, [key.token, now + 6 * hour]])
    key.token = token
    this.seen.add(token)
  }

  /** Records a command and its result, with the time at which it ran. */
  note(command: Command, result: unknown, now: number): void {
    if ('act' in command) this.#acted(command, result, now)
    if (!('call' in command)) return
    const { status, text } = result as { status: number; text: string }
    const view = JSON.parse(text) as KeyView
    if (status === 201 && command.call === 'POST /keys') this.#learn(view)
    const force = (command.body as { force?: boolean } | undefined)?.force ?? false
    if (status === 200 && command.call.endsWith('/rotate')) this.#rotated(view.id, view.token, force, now)
  }

  #acted(command: Extract<Command, { act: unknown }>, result: unknown, now: number): void {
    // An action that a state does not allow tells why instead.
    if (!Array.isArray(result)) return
    for (const { event, resource } of result as readonly DomainEventView[]) {
      const { id, state, token } = resource as unknown as KeyView
      const [noun, verb] = event.split('.')
      if (noun === 'organisation') this.organisations.set(id, state)
      else if (verb === 'rotated') this.#rotated(id, token, (command.with as { force: boolean }).force, now)
      else if (noun === 'key') (this.keys.get(id) as Known).state = state
    }
  }

  /** With which status a call by a token is answered. */
  status(token: string, now: number): number {
    for (const { organisation, token: current, state, expires, grace } of this.keys.values()) {
      if (token !== current && !(now < (grace.get(token) ?? -Infinity))) continue
      if (state !== 'active' || now >= expires) return 401
      return ['deactivated', 'blocked'].includes(this.organisations.get(organisation) ?? '') ? 403 : 200
    }
    return 401
  }

  save(): Pick<Tokens, 'keys' | 'organisations'> {
    return structuredClone({ keys: this.keys, organisations: this.organisations })
  }

  restore(saved: ReturnType<Tokens['save']>): void {
    Object.assign(this, structuredClone(saved))
  }
}

const isKept = (command: Command) => !('mock' in command) || !command.mock.startsWith('load')
// What is scripted to fail says nothing about tokens.
const isTrue = (command: Command) => !('act' in command) || !command.act.startsWith('fault.')
const command = fc
  .oneof(
    ...keyCommands.map((arbitrary) => ({ weight: 3, arbitrary })),
    { weight: 5, arbitrary: moves },
    { weight: 3, arbitrary: anyCommand },
    { weight: 2, arbitrary: upheaval },
  )
  .filter((one) => isKept(one) && isTrue(one))

describe('Tokens', () => {
  holds(
    'are taken exactly for as long as the documented rules say',
    12,
    [commandsOf(command, 30)],
    async (commands) => {
      const { mock } = setup(calm)
      const tokens = new Tokens(mock)
      const initial = tokens.save()
      let saved: ReturnType<Tokens['save']> | undefined
      for (const one of commands) {
        const now = timeOf(mock)
        tokens.note(one, await perform(mock, one), now)
        const upset = 'mock' in one ? one.mock : undefined
        if (upset === 'save') saved = tokens.save()
        if (upset === 'reset') tokens.restore(initial)
        if (upset === 'restore' && saved) tokens.restore(saved)
        const right = [...tokens.seen].map((token) => [token, tokens.status(token, timeOf(mock))])
        const answered: unknown[] = []
        for (const token of tokens.seen) answered.push([token, (await call(mock, 'GET /key', token)).status])
        expect(answered).toEqual(right)
      }
    },
  )
})
