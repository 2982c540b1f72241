import { doors, doorsWithout, promises, type Seen } from './claims.ts'
import { blockOf } from './tables.ts'

/** What the documents promise and a door was never seen to answer, one sentence for each. */
export function unseen(seen: Seen): string[] {
  const silent = doors.filter((door) => seen[door].size === 0)
  const heard = Object.entries(promises).flatMap(([call, answers]) =>
    answers.flatMap((answer) => {
      const lacking = doorsWithout(seen, call, answer).filter((door) => !silent.includes(door))
      if (lacking.length === 0) return []
      return `${call} was never seen to answer ${answer} through ${lacking.join(', ')}: add a behaviour to test/doors/suite.`
    }),
  )
  return [...silent.map((door) => `Nothing was answered through ${door}: did its tests pass?`), ...heard]
}

/** Which lines between the markers of a page are not as they should be, one sentence for each. */
export function staleRows(path: string, page: string, wanted: Readonly<Record<string, string>>): string[] {
  return Object.entries(wanted).flatMap(([name, text]) => {
    const block = blockOf(page, name)
    if (block === undefined)
      return `${path} lacks <!-- ${name} --> and <!-- /${name} -->, with what is generated between.`
    const [has, should] = [block.split('\n'), text.split('\n')]
    const problems = [
      ...has.filter((line) => !should.includes(line)).map((line) => `should not have: ${line}`),
      ...should.filter((line) => !has.includes(line)).map((line) => `lacks: ${line}`),
    ]
    if (problems.length === 0 && block !== text) problems.push('has its rows in another order')
    return problems.map((problem) => `${path} (npm run evidence rewrites it): ${name} ${problem}`)
  })
}
