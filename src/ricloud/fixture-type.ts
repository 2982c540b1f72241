/** A record as the API sends it. */
type Body = Readonly<Record<string, unknown>>

/** Records exactly as the API sends them, checked when a world is made of them; any list may be left out. */
export interface Fixture {
  readonly organisations?: readonly Body[]
  readonly keys?: readonly Body[]
  readonly users?: readonly Body[]
  readonly sources?: readonly Body[]
  readonly sessions?: readonly Body[]
}

/** The fixtures that come with the package. */
export const fixtureNames = ['default', 'empty', 'limited', 'permission-limits', 'super', 'two-organisations'] as const
export type FixtureName = (typeof fixtureNames)[number]
