/** Whether two types have the same attributes, with the same values; `readonly` aside. */
export type Same<A, B> = [A, Names<A>] extends [B, Names<B>]
  ? [B, Names<B>] extends [A, Names<A>]
    ? true
    : false
  : false
/** The dotted names of what an object has, those that may be absent with a `?`. */
type Names<T, Depth extends 0[] = []> = Depth['length'] extends 8
  ? never
  : T extends readonly (infer Item)[]
    ? Names<Item, [...Depth, 0]>
    : T extends object
      ? string extends keyof T
        ? never
        : {
            [Name in keyof T & string]-?:
              | `${Name}${object extends Pick<T, Name> ? '?' : ''}`
              | `${Name}.${Names<T[Name], [...Depth, 0]>}`
          }[keyof T & string]
      : never
