import * as z from 'zod'
import packageJson from '../../../package.json' with { type: 'json' }
import { isJsonTooDeep } from '../../engine/depth.ts'
import { UsageError } from '../../engine/errors.ts'
import { whereJsonBreaks } from '../../engine/http/parse.ts'
import { kindOf } from '../../engine/messages.ts'
import { problemText } from '../../engine/place.ts'
import { parseGiven, problemsOf } from '../../engine/problems.ts'
import type { CallInput, Input } from '../../engine/recorder.ts'
import { read, write } from '../../engine/serialize.ts'
import { isObject } from '../../engine/values.ts'

/** The version of the format; to be increased with every change of it. */
const format = 1

/** The limit of the length of a file, in characters. */
export const longestReplay = 64 * 1024 * 1024

const instant = z.number().describe('Microseconds since 1970.')

const Call = z.strictObject({
  do: z.literal('call'),
  id: z.int().positive().describe('Its ID in the journal.'),
  real: instant,
  at: instant,
  method: z.string(),
  url: z.string().describe('Path and query.'),
  origin: z.string().optional(),
  headers: z
    .record(z.string(), z.string())
    .describe('Those that were read. The token is named by the record that it belonged to: `Token <key 1>`.'),
  body: z.string().optional(),
  too_long: z.literal(true).optional().describe('Whether the body was too long to be read.'),
  waits: z.literal(true).optional().describe('Whether it waited before it was answered.'),
  status: z.int().nullable().describe('0 if the connection was closed instead; null if it was not answered.'),
  decided_by: z.array(z.string()).optional().describe('The fault that struck it, and the steps that it fired.'),
  answer: z.string().nullable().describe('The MD5 of status, headers and body.'),
})

const Resume = z.strictObject({ do: z.literal('resume'), real: instant, at: instant, call: z.int().positive() })

const Other = z.strictObject({
  do: z.enum([
    'clock',
    'freeze',
    'run',
    'action',
    'arm',
    'disarm',
    'hold',
    'redeliver',
    'webhook',
    'write',
    'load',
    'snapshot.save',
    'snapshot.restore',
    'snapshot.delete',
  ]),
  real: instant,
  at: instant,
  with: z.unknown().optional(),
})

const schema = z.strictObject({
  ricloud_mock: z.string().describe('The version that wrote it.'),
  format: z.literal(format),
  test: z.string().nullable(),
  world: z
    .string()
    .regex(/^w\d{1,15}$/)
    .nullable()
    .describe('The ID of the world.'),
  options: z.record(z.string(), z.unknown()).describe('The options of the mock, with those of the last reset.'),
  start: z
    .strictObject({
      began: instant,
      generated: instant.optional(),
      reset: instant.optional(),
      origin: z.string(),
      held: z.boolean(),
      exposed: z.boolean(),
      folder: z.string().optional(),
    })
    .describe('When the world began in real time, its records were generated, and it was reset; and how it was.'),
  end: z.strictObject({ real: instant, at: instant, state: z.string().nullable() }),
  difference: z.string().nullable().describe('How the world differed from a replay when it was written.'),
  inputs: z.array(z.discriminatedUnion('do', [Call, Resume, Other])).readonly(),
})

/** A recorded world: how it began, and what reached it since. */
export type ReplayFile = z.output<typeof schema>
export type FileCall = z.output<typeof Call>
export type FileInput = ReplayFile['inputs'][number]

export const version: string = packageJson.version

/** The text of a file, with an input on each line. */
export function replayText(file: Omit<ReplayFile, 'ricloud_mock' | 'format'>): string {
  const { inputs, ...rest } = file
  const head = write({ ricloud_mock: version, format, ...rest }).slice(0, -1)
  return `${head},"inputs":[\n${inputs.map((input) => write(input)).join(',\n')}\n]}\n`
}

/**
 * Reads the text of a file.
 *
 * @param name of the file, for messages
 * @throws an Error that says what is wrong with it
 */
export function readReplay(text: string, name: string): ReplayFile {
  const wrong = (problem: string) => new UsageError(`${name} cannot be replayed: ${problem}.`)
  if (text.length > longestReplay) throw wrong(`it is longer than ${longestReplay / 1024 / 1024} Mi characters`)
  if (isJsonTooDeep(text)) throw wrong('it is nested too deep')
  let file: unknown
  try {
    file = read(text)
  } catch (error) {
    throw wrong(error instanceof SyntaxError ? `it is not JSON: ${whereJsonBreaks(text, error)}` : 'it was changed')
  }
  if (!isObject(file) || typeof file.ricloud_mock !== 'string') {
    throw wrong(`it is no file of a recorded world, which has "ricloud_mock" and "inputs", but ${kindOf(file)}`)
  }
  const { ricloud_mock: writer } = file
  if (file.format !== format) {
    throw wrong(`ricloud-mock ${writer.slice(0, 20)} wrote it in another format; this is ${version}`)
  }
  const result = parseGiven(schema, file)
  if (!result.success)
    throw wrong(
      `it was changed: ${problemsOf(schema, result.error).slice(0, 1).map(problemText).join('').replace(/\.$/, '')}`,
    )
  return result.data
}

/** What reached a world, as it is replayed. */
export function inputsOf(inputs: readonly FileInput[]): readonly Input[] {
  const calls = new Map<number, CallInput>()
  return inputs.map((input): Input => {
    if (input.do === 'call') {
      const call = callOf(input)
      calls.set(input.id, call)
      return call
    }
    if (input.do === 'resume') return { do: 'resume', real: input.real, at: input.at, with: calls.get(input.call) }
    return { do: input.do, real: input.real, at: input.at, with: input.with }
  })
}

function callOf({ id, real, at, method, url, origin, headers, body, too_long, waits, status }: FileCall): CallInput {
  const call = { method, url, origin, headers }
  return {
    do: 'call',
    id,
    real,
    at,
    waits: waits ?? false,
    isAnswered: status !== null,
    with: { ...call, body: too_long ? undefined : (body ?? '') },
  }
}
