import { setFlagsFromString } from 'node:v8'
import { runInNewContext, runInThisContext } from 'node:vm'

type Test = (...objects: object[]) => boolean

/** What V8 knows of objects: whether they are no hash tables, have one hidden class, and are allocated among the young ones. */
export function natives(): { isFast: Test; isAlike: Test; isYoung: Test } {
  setFlagsFromString('--allow-natives-syntax')
  const isFast: Test = runInThisContext('(object) => %HasFastProperties(object)')
  const isAlike: Test = runInThisContext('(one, other) => %HaveSameMap(one, other)')
  const isYoung: Test = runInThisContext('(object) => %InYoungGeneration(object)')
  // A function is compiled when it is called first.
  isFast({})
  isAlike({}, {})
  isYoung({})
  setFlagsFromString('--no-allow-natives-syntax')
  return { isFast, isAlike, isYoung }
}

/** Returns a function that frees what nothing refers to. */
export function collector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc')
}
