/** A call of the control API. */
export interface ControlCall {
  readonly method: 'POST' | 'DELETE'
  readonly path: string
  readonly body?: Readonly<Record<string, unknown>> | undefined
}

/** Why an answer is no plain success, or a record came into its state. Holds no secrets. */
export interface Reason {
  /** The rule that decided, such as `session.code`. */
  readonly rule: string
  /** The ID of the fact about the API that the rule relies on, if it is assumed. */
  readonly fact?: string | undefined
  /** What the rule compared, by name. */
  readonly values: Readonly<Record<string, unknown>>
  /** One or two plain sentences. */
  readonly sentence: string
  /** The control call after which the same call would be answered in another way. */
  readonly change?: ControlCall | undefined
}

/** The control call that performs an action on a record. */
export const actionOn = (action: string, id: string | number): ControlCall => ({
  method: 'POST',
  path: '/_mock/actions',
  body: { do: action, where: { id } },
})

/** The control call that moves the clock. */
export const advanceBy = (duration: string): ControlCall => ({
  method: 'POST',
  path: '/_mock/clock',
  body: { advance: duration },
})

const longest = 500

/** A reason as the value of a header: one line of visible ASCII, other characters percent-encoded. */
export function reasonHeader({ rule, sentence }: Reason): string {
  const text = `${rule}: ${sentence}`.slice(0, longest).toWellFormed()
  return text.replace(/[^\x20-\x7e]/gu, encodeURIComponent)
}
