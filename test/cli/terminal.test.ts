import { Writable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { Output, paintFor } from '../../src/cli/output.ts'
import { jsonReporter, type Reporter, textReporter } from '../../src/cli/reporter.ts'
import { createMock } from '../../src/index.ts'
import { anyText } from '../support/text.ts'

const controlCharacter = /[\x00-\x09\x0b-\x1f\x7f-\x9f]/

/** A reporter, and what it printed. */
function capture<Made extends Reporter>(make: (output: Output) => Made) {
  let text = ''
  const stream = new Writable({
    write(chunk, _, done) {
      text += chunk
      done()
    },
  })
  const reporter = make(new Output(stream))
  const printed = async () => {
    await reporter.flush()
    return text
  }
  return { reporter, printed }
}
const asText = () => capture((output) => textReporter(output, paintFor(false)))
const asJson = () => capture((output) => jsonReporter(output, output))

const settings = { values: {}, sources: new Map() } as const
const hostile = '\x1b[2J\x9b31m\n\x07'

/** Everything that a reporter prints of a scenario whose texts are these. */
async function report(reporter: Required<Reporter>, text: string): Promise<void> {
  const scenario = {
    scenario: `a${text}`,
    description: text,
    steps: [{ at: '1s', do: 'user.block', where: { identifier: text } }],
    accounts: [{ identifier: `a${text.slice(0, 200)}` }],
  } as const
  const log = (level: 'warn' | 'error', message: string) =>
    level === 'error' ? reporter.error(message) : reporter.warning(message)
  const mock = createMock({ scenario, clock: { start: '2020-02-20T12:00:00Z', frozen: true }, log })
  mock.watch((message) => reporter.watched(message))
  reporter.started({ url: 'http://127.0.0.1:7425', token: mock.token, mock }, settings)
  await mock.fetch(`http://localhost/users?${new URLSearchParams({ [text]: text })}`)
  await mock.clock.advance('2s')
  reporter.warning(text)
  reporter.error(text)
  reporter.reloaded({ files: [text], changed: [], kept: true, restart: [text] })
  reporter.finished(mock.scenario.report(), false)
}

describe.each([
  ['text', asText],
  ['JSON', asJson],
])('The reporter that prints %s', (_, captured) => {
  it('prints no control character of a scenario, a condition, a file or a call', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(anyText, fc.constant(hostile)), async (text) => {
        const { reporter, printed } = captured()
        await report(reporter, text)
        expect(await printed()).not.toMatch(controlCharacter)
      }),
      { numRuns: 25, examples: [[hostile]] },
    )
  })
})

it('A scenario whose name and conditions have ends of lines adds no lines', async () => {
  const lines = async (text: string) => {
    const { reporter, printed } = asText()
    const mock = createMock({
      scenario: { scenario: text, steps: [{ at: '1h', do: 'user.block', where: { identifier: text } }] },
    })
    reporter.started({ url: 'http://127.0.0.1:7425', token: 'a', mock }, settings)
    reporter.finished(mock.scenario.report(), false)
    return (await printed()).split('\n').length
  }
  expect(await lines('a\nnever fired: b')).toBe(await lines('a'))
})

it('Each line of JSON can be read, and holds the text as it was', async () => {
  const { reporter, printed } = asJson()
  reporter.warning(hostile)
  expect(JSON.parse(await printed())).toEqual({ kind: 'warning', message: hostile })
})

it('Without the option log, a bug is printed without control characters', async () => {
  const print = vi.spyOn(console, 'error').mockImplementation(() => {})
  const mock = createMock()
  mock.watch(() => {
    throw new Error(hostile)
  })
  await mock.fetch('http://localhost/users')
  const printed = print.mock.calls.join()
  print.mockRestore()
  expect(printed).toContain('\\x1b[2J')
  expect(printed).not.toMatch(controlCharacter)
})

describe('An Error of the mock has no control characters', () => {
  const mock = createMock({ log: () => {} })
  it.each<[string, () => unknown]>([
    ['an unknown scenario', () => createMock({ scenario: hostile as never })],
    ['an unknown option', () => createMock({ [hostile]: 1 } as never)],
    ['an unknown key of a scenario', () => createMock({ scenario: { scenario: 'a', [hostile]: 1 } as never })],
    ['an unknown attribute of a fixture', () => createMock({ fixtures: [{ users: [{ [hostile]: 1 }] }] })],
    ['an unknown call', () => mock.faults.arm({ on: `GET /${hostile}`, delay: '1s' })],
    ['a condition that nothing meets', () => mock.actions['user.block']({ where: { identifier: hostile } })],
    ['an unknown record', () => mock.record('user', hostile)],
    ['a wrong snapshot', () => mock.snapshots.save(hostile)],
    ['a wrong duration', () => mock.requests.verify({ path: hostile })],
    ['what was not received', () => mock.requests.verify({ query: { [hostile]: hostile }, error: hostile })],
  ])('%s', (_, give) => {
    let message = ''
    try {
      give()
    } catch (error) {
      message = (error as Error).message
    }
    expect(message).not.toBe('')
    expect(message).not.toMatch(controlCharacter)
  })

  it('a strict scenario that did not run as scripted', () => {
    const steps = [{ at: '1h', do: 'user.block', where: { identifier: hostile } }] as const
    const { scenario } = createMock({ scenario: { scenario: hostile, steps } })
    expect(() => scenario.verify()).toThrow('\\x1b[2J')
    expect(() => scenario.verify()).not.toThrow(controlCharacter)
  })
})

describe('A control token', () => {
  const server = { url: 'http://127.0.0.1:7425', token: 'a', controlToken: 'hush-hush', mock: createMock() }
  const isSet = { values: {}, sources: new Map([['controlToken', '--control-token']]) } as never

  it.each([
    ['text', asText],
    ['JSON', asJson],
  ])('that was generated is printed as %s', async (_, captured) => {
    const { reporter, printed } = captured()
    reporter.started(server, settings)
    expect(await printed()).toContain('hush-hush')
  })

  it.each([
    ['text', asText],
    ['JSON', asJson],
  ])('that was set is not printed as %s', async (_, captured) => {
    const { reporter, printed } = captured()
    reporter.started(server, isSet)
    expect(await printed()).not.toContain('hush-hush')
  })
})
