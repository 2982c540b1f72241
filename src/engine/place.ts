/** Returns the position in the source file of the value at a path such as `['steps', 0, 'do']`, or of its key. */
export type PlaceOf = (path: readonly PropertyKey[], isKey?: boolean) => string
