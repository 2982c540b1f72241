import * as z from 'zod'
import type { ApiTypes } from '../engine/api-types.ts'
import type { Fault } from '../engine/faults.ts'
import type { Action } from './action.ts'

/** The actions on the scripted faults of a world, which every API has. */
export function faultActions<A extends ApiTypes>(
  fault: z.ZodObject,
  callPattern: z.ZodType<string>,
): Readonly<Record<string, Action<A>>> {
  return {
    'fault.arm': {
      target: null,
      verb: 'arm',
      description: 'arms the fault in `with`',
      with: fault,
      run: (world, _, details) => void world.faults.arm(details as unknown as Fault, world.clock.now()),
    },
    'fault.disarm': {
      target: null,
      verb: 'disarm',
      description: 'disarms all scripted faults, or those `on` a call',
      with: z.strictObject({ on: callPattern.optional() }),
      run: (world, _, { on }) => void world.faults.disarm(on as string | undefined),
    },
  }
}
