import * as z from 'zod'
import * as attribute from '../../engine/attribute.ts'
import { type RecordOf, resource } from '../../engine/resource.ts'

export interface Limit {
  readonly level: 'organisation' | 'key' | 'user'
  readonly type: 'count'
  readonly value: number
}

/** Scopes such as `source_type:icloud.*`, each with its limits. */
export type Scopes = Readonly<Record<string, readonly Limit[]>>

export const levels = ['organisation', 'key', 'user'] as const satisfies readonly Limit['level'][]

/** @internal */
export const scopes = (value: z.ZodNumber = z.number()) =>
  z
    .record(z.string(), z.array(z.strictObject({ level: z.enum(levels), type: z.literal('count'), value })).readonly())
    .describe('Scopes such as `source_type:icloud.*`, each with its limits.')

export const permissions = resource({
  id: 'integer',
  path: '/permissions',
  description: 'Allowed scopes, with their limits',
  lifecycle: {},
  isSilent: true,
  owner: 'organisation',
  shape: {
    organisation: attribute.id('organisation'),
    scopes: attribute.json<Scopes>(() => scopes(), { initial: () => ({}) }),
  },
  hidden: {
    identifier: attribute.text({ initial: () => 'default' }),
    date_created: attribute.datetime(),
  },
  filters: [],
  display: { isHidden: true },
})
export interface Permissions extends RecordOf<typeof permissions> {}
