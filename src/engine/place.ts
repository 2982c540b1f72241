/** Where a path such as `['steps', 0, 'do']` stands in its source: the value there, or its key. */
export type PlaceOf = (path: readonly PropertyKey[], isKey?: boolean) => string
