import type { DeliverySource, SentEvent } from '../control/webhooks.ts'
import type { ApiTypes } from '../engine/api-types.ts'
import type { Incoming } from '../engine/http/exchange.ts'
import type { ListCache } from '../engine/http/list-cache.ts'
import type { Route } from '../engine/http/router.ts'
import type { World } from '../engine/world.ts'
import type { Subject } from '../scenario/action.ts'
import type { ScenarioApi } from '../scenario/api.ts'
import type { DetailsByAction } from '../scenario/types.ts'

/** The types of an API, by which a mock of it is typed. */
export interface MockTypes {
  readonly api: ApiTypes
  /** What every call is about; with the steps of the scenario that acted meanwhile. */
  readonly context: { readonly acted: readonly string[] }
  /** Records that were read from fixtures. */
  readonly loaded: object
  /** A fixture, and the names of those that come with the package. */
  readonly fixture: object
  readonly fixtureName: string
  /** A scenario as it is written, and the names of the built-in ones. */
  readonly scenarioInput: ScenarioText
  readonly scenarioName: string
  readonly settingsInput: object
  /** What may be said about each action, by its name. */
  readonly details: DetailsByAction | object
  readonly dialect: string
  /** An event that clients are notified of, and how the control API shows its delivery. */
  readonly sentEvent: SentEvent
  readonly deliveryView: object
}

/** What any scenario says of itself. */
export interface ScenarioText {
  readonly scenario: string
  readonly description?: string
}

/** One API, described to the engine. */
export interface Api<A extends MockTypes> extends ScenarioApi<A['api']> {
  readonly routes: readonly Route<A['context']>[]
  /** What its OpenAPI document says beside the routes and resources. */
  readonly document: {
    readonly title: string
    readonly version: string
    readonly description: string
    /** Where the real API is; undefined where there is none. */
    readonly server?: string
    /** How a call shows its token, for the document. */
    readonly token: string
    /** Errors that every call can get. */
    readonly commonErrors: readonly string[]
  }
  /** Bodies of control calls that the default world accepts, by operation and by what they show. */
  readonly controlExamples?: Readonly<Record<string, Readonly<Record<string, object>>>>
  /** The ways in which it can answer, the usual one first. */
  readonly dialects: readonly A['dialect'][]
  /** Finds out who calls, and does what is due. Throws the API's own error where the call goes no further. */
  enter(
    world: World<A['api']>,
    listCache: ListCache,
    incoming: Incoming,
    attend: () => readonly string[],
    dialect: A['dialect'] | undefined,
  ): A['context']
  /** Who called: for the journal, and the record that stands for the caller in the scenario. */
  callerOf?(context: A['context']): {
    readonly ids: Readonly<Record<string, number>>
    readonly subject: Subject<A['api']>
  }
  readonly defaults: A['api']['settings']
  /** Makes the services that it talks to, as a scenario describes them. */
  services(extras: A['api']['extras']): A['api']['services']
  readonly fixtures: {
    /** Those that come with the package, by name. */
    readonly builtIn: Readonly<Record<A['fixtureName'], A['fixture']>>
    /** Checks and joins fixtures; without `people` only those records that generated ones need. */
    read(given: readonly A['fixture'][], options: { people: boolean; checked: ReadonlySet<A['fixture']> }): A['loaded']
    fill(world: World<A['api']>, records: A['loaded']): void
  }
  /** The token that callers use first; without it, calls need none. */
  readonly token?: {
    /** Among records of fixtures. Throws an Error if there is none, or `wanted` is another record's. */
    first(records: A['loaded'], wanted: string | undefined): string
    of(world: World<A['api']>): string | undefined
    set(world: World<A['api']>, token: string): void
  }
  /** Without it, no records are generated. */
  readonly generator?: {
    /** Throws an Error if the counts cannot be. */
    check(counts: A['api']['counts']): void
    /** Adds generated records; false if they are not wanted any more when it could. */
    generate(world: World<A['api']>, counts: A['api']['counts'], isStillWanted: () => boolean): Promise<boolean>
  }
  /** Without it, nothing is sent to webhooks. */
  deliveriesOf?(world: World<A['api']>): DeliverySource<A['sentEvent'], A['deliveryView']>
}
