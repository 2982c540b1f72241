/** Imports a module by its URL. It is a chunk of its own: a script from the compile cache cannot import. */
export const importModule = (url: string): Promise<{ readonly default?: unknown }> => import(url)
