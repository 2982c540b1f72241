/** Whether a value is an object, arrays included. */
export const isObject = (value: unknown): value is Record<PropertyKey, unknown> =>
  typeof value === 'object' && value !== null

/** Whether a value is an object of names and values, and no array. */
export const isRecord = (value: unknown): value is Record<string, unknown> => isObject(value) && !Array.isArray(value)

/** An object without its undefined values. */
export const definedIn = <T extends object>(
  values: T | undefined,
): { [Name in keyof T]?: Exclude<T[Name], undefined> } =>
  Object.fromEntries(Object.entries(values ?? {}).filter(([, value]) => value !== undefined)) as never
