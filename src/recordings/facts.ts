import type { Evidence } from '../engine/errors.ts'
import type { Fact, Facts, Sign } from '../engine/fact.ts'
import { callPath } from './routes.ts'

/** A fact with how many calls agree with it and contradict it. */
export interface FactCount {
  readonly id: string
  readonly evidence: Evidence
  readonly text: string
  readonly agrees: number
  readonly contradicts: number
}

interface DescribedCall {
  readonly method: string
  readonly path: string
  readonly operation?: string
  readonly evidence: Evidence
  readonly summary: string
}

/** The facts that a route table states: `call.listUsers`. */
const callFacts = (routes: readonly DescribedCall[]): Facts =>
  Object.fromEntries(
    routes.map(({ method, path, operation, evidence, summary }) => [
      `call.${operation}`,
      {
        evidence,
        text: `\`${method} ${path}\`: ${summary}.`,
        signs: [{ call: `${method} ${callPath(path)}` }],
      },
    ]),
  )

/** Counts the calls that agree with each fact, or contradict it. */
export class FactTally {
  readonly #facts: readonly (readonly [string, Fact])[]
  readonly #agrees = new Map<string, number>()
  readonly #contradicts = new Map<string, number>()
  /** Of the current call. */
  readonly #seen = new Map<string, boolean>()

  constructor(facts: Facts, routes: readonly DescribedCall[]) {
    this.#facts = Object.entries<Fact>({ ...facts, ...callFacts(routes) })
  }

  /** Notes whether an attribute of an answer agrees. */
  attribute(
    resource: string,
    attribute: string,
    body: Readonly<Record<string, unknown>>,
    agrees: boolean,
  ): readonly string[] {
    return this.#note(
      (sign) =>
        'resource' in sign &&
        sign.resource === resource &&
        sign.attribute === attribute &&
        Object.entries(sign.where ?? {}).every(([name, value]) => body[name] === value),
      agrees,
    )
  }

  /**
   * Notes whether status and error code of a call agree.
   *
   * @param path with `*` for IDs
   * @param parameters the names in the query
   * @param error the code that the mock answers with; null for success
   */
  call(
    method: string,
    path: string,
    parameters: readonly string[],
    error: string | null,
    agrees: boolean,
  ): readonly string[] {
    return this.#note((sign) => {
      if (!('call' in sign) || (sign.isOneSided && agrees)) return false
      if (sign.error !== undefined && sign.error !== error) return false
      if (sign.parameters && !sign.parameters.some((name) => parameters.includes(name))) return false
      return isMeant(sign.call, method, path)
    }, agrees)
  }

  #note(isMeant: (sign: Sign) => boolean, agrees: boolean): readonly string[] {
    const meant = this.#facts.filter(([, { signs = [] }]) => signs.some(isMeant)).map(([id]) => id)
    for (const id of meant) this.#seen.set(id, (this.#seen.get(id) ?? true) && agrees)
    return meant
  }

  /** Ends a call, whose contradictions count unless they are excused. */
  endCall(isExcused: boolean): void {
    for (const [id, agrees] of this.#seen) {
      if (!agrees && isExcused) continue
      const counts = agrees ? this.#agrees : this.#contradicts
      counts.set(id, (counts.get(id) ?? 0) + 1)
    }
    this.#seen.clear()
  }

  /** The facts that calls agree with or contradict, the contradicted ones first. */
  counts(): FactCount[] {
    const all = this.#facts.map(([id, { evidence, text }]) => {
      return { id, evidence, text, agrees: this.#agrees.get(id) ?? 0, contradicts: this.#contradicts.get(id) ?? 0 }
    })
    return all
      .filter(({ agrees, contradicts }) => agrees + contradicts > 0)
      .sort((a, b) => Math.sign(b.contradicts) - Math.sign(a.contradicts))
  }
}

/** Whether a pattern such as `POST /sessions/*`, or `* /*` for every call, means a call. */
function isMeant(pattern: string, method: string, path: string): boolean {
  const [verb, wanted] = pattern.split(' ')
  return (verb === '*' || verb === method) && (wanted === '/*' || wanted === path)
}
