import type { DocumentedApi } from '../control/openapi.ts'
import type { DeliverySource, SentEvent } from '../control/webhooks.ts'
import type { ApiTypes } from '../engine/api-types.ts'
import type { Incoming } from '../engine/http/exchange.ts'
import type { ListCache } from '../engine/http/list-cache.ts'
import type { Route } from '../engine/http/route.ts'
import type { World } from '../engine/world.ts'
import type { Subject } from '../scenario/action.ts'
import type { ScenarioApi } from '../scenario/api.ts'
import type { DetailsByAction } from '../scenario/types.ts'
import type { NamedBucket } from '../storage/objects.ts'

/** The types of an API that its mock is generic over. */
export interface MockTypes {
  readonly api: ApiTypes
  /** The context of a call, with the steps of the scenario that fired during it. */
  readonly context: { readonly firedSteps: readonly string[] }
  /** The records of fixtures, checked. */
  readonly loaded: object
  /** A fixture, and the names of the built-in ones. */
  readonly fixture: object
  readonly fixtureName: string
  /** A scenario before it is checked, and the names of the built-in ones. */
  readonly scenarioInput: ScenarioText
  readonly scenarioName: string
  readonly settingsInput: object
  /** The details of each action, by its name. */
  readonly details: DetailsByAction | object
  readonly dialect: string
  /** An event that clients are notified of, and how the control API shows its delivery. */
  readonly sentEvent: SentEvent
  readonly deliveryView: object
}

/** The keys of a scenario that describe it. */
export interface ScenarioText {
  readonly scenario: string
  readonly description?: string
}

/** Names of tokens, which say nothing of them. */
export interface TokenNames<T extends ApiTypes> {
  /** A name of a token by the record that has it or had it; undefined if none did. */
  nameOf(world: World<T>, token: string): string | undefined
  /** The token of a name, in a world to which the same happened; undefined if there is none. */
  named(world: World<T>, name: string): string | undefined
}

/** One API, described to the engine. */
export interface Api<A extends MockTypes> extends ScenarioApi<A['api']>, Pick<DocumentedApi, 'document'> {
  readonly routes: readonly Route<A['context']>[]
  /** Bodies of control calls that the default world accepts, by operation and by what they show. */
  readonly controlExamples?: Readonly<Record<string, Readonly<Record<string, object>>>>
  /** The dialects that it can answer in, the default first. */
  readonly dialects: readonly A['dialect'][]
  /**
   * Authenticates the caller, and returns the context of the call. Throws the API's error for a call that it rejects.
   *
   * @param trackSteps returns a list that fills with the steps that fire from then on
   */
  enter(
    world: World<A['api']>,
    listCache: ListCache,
    incoming: Incoming,
    trackSteps: () => readonly string[],
    dialect: A['dialect'] | undefined,
  ): A['context']
  /** The IDs of the caller for the journal, and its record for steps on calls. */
  callerOf?(context: A['context']): {
    readonly ids: Readonly<Record<string, number>>
    readonly subject: Subject<A['api']>
  }
  /** Behaviour beyond that of the engine, by group, which the rules count in the coverage of a world. */
  readonly coverage?: Readonly<Record<string, readonly string[]>>
  readonly defaults: A['api']['settings']
  /** Values whose secrets everyone knows, beside the built-in scenarios and fixtures. */
  readonly published?: readonly object[]
  /** Throws an Error for extras of a scenario from which no services can be made. */
  checkExtras?(extras: A['api']['extras']): void
  /** Returns the external services as a scenario describes them. */
  services(extras: A['api']['extras']): A['api']['services']
  readonly fixtures: {
    /** The built-in ones, by name. */
    readonly builtIn: Readonly<Record<A['fixtureName'], A['fixture']>>
    /**
     * Checks fixtures, except those in `checked`, whose names it gives, and merges their records; without `people` only
     * those that generated records need. Throws an Error that lists every problem.
     */
    read(
      fixtures: readonly A['fixture'][],
      options: { people: boolean; checked: ReadonlyMap<A['fixture'], string>; isOption: boolean },
    ): A['loaded']
    fill(world: World<A['api']>, records: A['loaded']): void
  }
  /** The token of the first key, which a client is configured with; without it, calls need no token. */
  readonly token?: {
    /** `wanted`, or the token in the fixtures. Throws an Error if they have no key, or another key has the wanted token. */
    first(records: A['loaded'], wanted: string | undefined): string
    of(world: World<A['api']>): string | undefined
    set(world: World<A['api']>, token: string): void
    /** Loads how tokens are named. */
    names(): Promise<TokenNames<A['api']>>
  }
  /** Without it, no records are generated. */
  readonly generator?: {
    /** How many records these are, with those that they need. Throws an Error if the counts contradict each other. */
    total(counts: A['api']['counts']): number
    /** Adds generated records, and resolves to true; stops and resolves to false once `isStillWanted` returns false. */
    generate(world: World<A['api']>, counts: A['api']['counts'], isStillWanted: () => boolean): Promise<boolean>
  }
  /** Loads what the due work of a world needs, before a call is answered; undefined if nothing is to be loaded. */
  prepare?(world: World<A['api']>, call?: Incoming): Promise<void> | undefined
  /** The records that name buckets, in which stores show the objects. */
  buckets?(world: World<A['api']>): readonly NamedBucket[]
  /** Without it, nothing is sent to webhooks. */
  deliveriesOf?(world: World<A['api']>): DeliverySource<A['sentEvent'], A['deliveryView']>
}
