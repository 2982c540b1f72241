import * as z from 'zod'
import { duration, oneOf, timeSinceStart } from '../engine/fields.ts'
import { nearest, shown } from '../engine/messages.ts'
import { pathPattern } from '../engine/path-pattern.ts'
import { checkAlways, parseOptions, validIn } from '../engine/problems.ts'

const methods = ['GET', 'POST', 'DELETE', '*']

type Routes = readonly { readonly method: string; readonly path: string }[]

/** The schema of a call pattern such as `GET /sources/*`; a pattern that no route matches is invalid. */
export const callPatternOf = (routes: Routes) =>
  z.string().superRefine((on, context) => {
    const [method = '', path = '', ...rest] = on.split(' ', 3)
    if (rest.length > 0 || !pathPattern.safeParse(path, parseOptions).success || !methods.includes(method)) {
      context.addIssue({
        code: 'custom',
        message: `must be a method (GET, POST, DELETE or *) and a path, as in "GET /sources/*", where "*" stands for a whole segment; "* /*" is every call; got ${shown(on)}`,
      })
      return
    }
    const segments = path.split('/').slice(1)
    const matches = (template: string) => {
      const parts = template.split('/').slice(1)
      const isOpen = segments.at(-1) === '*'
      if (isOpen ? parts.length < segments.length : parts.length !== segments.length) return false
      return segments.every((segment, i) => segment === '*' || parts[i] === '{id}' || parts[i] === segment)
    }
    const isOffered = routes.some((route) => (method === '*' || method === route.method) && matches(route.path))
    if (path === '/*' || isOffered) return
    const known = routes.map((route) => `${route.method} ${route.path.replaceAll('{id}', '*')}`)
    context.addIssue({
      code: 'custom',
      message: `names no call that the API offers, got ${shown(on)}.${nearest(on, known)}`,
    })
  })

export const occasion = z.int({ error: 'must be a whole number' }).positive({ error: 'must be at least 1' })

/** The problem of a step or fault with more than one of `nth`, `first` and `every`; undefined if it has none. */
export function conflictOf(rule: { nth?: unknown; first?: unknown; every?: unknown }): string | undefined {
  const when = (['nth', 'first', 'every'] as const).filter((name) => rule[name] !== undefined)
  return when.length > 1 ? `takes one of ${when.join(' and ')}, not both` : undefined
}

/** The schema of a scripted fault: which calls it matches, and how they end. */
export const faultSchemaOf = (
  callPattern: z.ZodType<string>,
  errors: Readonly<Record<string, { readonly status: number }>>,
) => {
  const statuses = [...new Set(Object.values(errors).map(({ status }) => status)), 502, 503, 504]
  const status = z.union(
    statuses.map((one) => z.literal(one)),
    { error: `must be one of ${statuses.join(', ')}` },
  )
  return z
    .strictObject({
      on: callPattern,
      nth: occasion.optional(),
      first: occasion.optional(),
      every: occasion.optional(),
      probability: z.number({ error: 'must be from 0 to 1' }).min(0).max(1).optional(),
      between: z.tuple([timeSinceStart, timeSinceStart], { error: 'must be two durations, as in [1h, 2h]' }).optional(),
      answer: z.strictObject({ status: status.default(429), retry_after: duration.optional() }).optional(),
      delay: duration.optional(),
      close: oneOf(['reset', 'empty', 'truncated']).optional(),
    })
    .superRefine((fault, context) => {
      const isValid = validIn([...context.issues])
      const conflict = conflictOf(fault)
      if (conflict) context.addIssue({ code: 'custom', message: conflict })
      const ends = (['answer', 'close'] as const).filter((name) => fault[name] !== undefined)
      if (ends.length > 1) context.addIssue({ code: 'custom', message: 'takes answer or close, not both' })
      if (ends.length === 0 && fault.delay === undefined) {
        context.addIssue({
          code: 'custom',
          path: ['answer'],
          message: 'is missing: a fault does nothing without answer, delay or close',
        })
      }
      const isWindow = isValid('between', 0) && isValid('between', 1)
      if (fault.between && isWindow && fault.between[0] >= fault.between[1]) {
        context.addIssue({ code: 'custom', path: ['between'], message: 'must begin before it ends' })
      }
    }, checkAlways)
}
