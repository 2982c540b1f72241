import { describe, expect, it } from 'vitest'
import { staleRows, unseen } from './check.ts'
import { everything, type Seen } from './claims.ts'
import { pages, withBlocks } from './tables.ts'

const tables = (seen: Seen) => pages(seen)['src/ricloud/README.md'] ?? {}
const wanted = tables(everything)
const readme = withBlocks(Object.keys(wanted).map(empty).join('\n'), wanted)

function empty(name: string): string {
  return `<!-- ${name} -->\n\n<!-- /${name} -->`
}

/** All that is promised, but for some answers in the browser. */
function without(...answers: readonly string[]) {
  return { ...everything, browser: new Set([...everything.browser].filter((other) => !answers.includes(other))) }
}

describe('what was seen', () => {
  it('is complete where every entry point answered all that is promised', () => {
    expect(unseen(everything)).toEqual([])
  })

  it.each(['POST /users 201', 'POST /users 400 invalid-body', 'POST /sessions 403 limit-exceeded'])(
    'is said to lack %s through a door that never answered it',
    (answer) => {
      const [method, path, ...rest] = answer.split(' ')
      expect(unseen(without(answer))).toEqual([
        `${method} ${path} was never seen to answer ${rest.join(' ')} through browser: add a behaviour to test/doors/suite.`,
      ])
    },
  )

  it('is one sentence where an entry point answered nothing', () => {
    expect(unseen({ ...everything, browser: new Set() })).toEqual([
      'Nothing was answered through browser: did its tests pass?',
    ])
  })

  it('is shown in the row of the endpoint with the entry point that lacks it', () => {
    expect(tables(without('GET /key 429 too-many-requests')).endpoints).toContain(
      '| 200 401 403 429 (not browser) 500 |',
    )
  })

  it('is shown in the row of the error with the entry points that answered it', () => {
    expect(tables(without('POST /polls 400 unconfigured', 'POST /subscriptions 400 unconfigured')).errors).toMatch(
      /^\| `unconfigured` .*\| fetch, node, handlers, server, command \|$/m,
    )
  })
})

describe('a page', () => {
  it('is not stale with the tables that were written into it', () => {
    expect(staleRows('README.md', readme, wanted)).toEqual([])
  })

  it('is stale with a row that says something else, and shows both', () => {
    expect(staleRows('README.md', readme.replace('| One user |', '| A user |'), wanted)).toEqual([
      expect.stringMatching(/endpoints should not have: \| `GET \/users\/\{id\}` \| A user \|/),
      expect.stringMatching(/endpoints lacks: \| `GET \/users\/\{id\}` \| One user \|/),
    ])
  })

  it('is stale with a row in the wrong place', () => {
    const [, user, task] = /(.*\| One user \|.*\n)[\s\S]*?(.*\| One task \|.*\n)/.exec(readme) ?? []
    const moved = readme.replace(user ?? '', '').replace(task ?? '', `${task}${user}`)
    expect(staleRows('README.md', moved, wanted)).toEqual([
      expect.stringContaining('endpoints has its rows in another order'),
    ])
  })

  it('is stale without the markers of a table', () => {
    expect(staleRows('README.md', readme.replace('<!-- /errors -->', ''), wanted)).toEqual([
      'README.md lacks <!-- errors --> and <!-- /errors -->, with what is generated between.',
    ])
  })
})
