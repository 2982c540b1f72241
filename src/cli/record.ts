import packageJson from '../../package.json' with { type: 'json' }
import { printableLine } from '../engine/messages.ts'
import { systemReason } from '../engine/system-errors.ts'
import { HarFile, type PassedCall } from '../recordings/har-file.ts'
import { startProxy } from '../recordings/proxy.ts'
import { Redactor } from '../recordings/redactor.ts'
import { personal } from '../ricloud/recording.ts'
import { defaultHost, defaultPort } from '../standalone.ts'
import { addressIn } from './address.ts'
import { type CommandLine, isOn, textOf, textsOf } from './command-line.ts'
import { options } from './options.ts'
import { Output, printMessage } from './output.ts'
import { onSignals } from './server.ts'

/** Passes calls on to an API and writes them as HAR until Ctrl-C or SIGTERM. */
export async function record(line: CommandLine): Promise<number> {
  const given = textOf(line, 'to')
  const path = textOf(line, 'out')
  if (given === undefined || path === undefined) {
    throw new Error(
      'record needs --to and --out: ricloud-mock record --to https://ricloud-api.reincubate.com --out calls.har',
    )
  }
  const to = addressIn(given, '--to')
  const port = options.port.type.read(textOf(line, 'port') ?? String(defaultPort), '--port')
  const stopping = new Promise<void>((resolve) => onSignals(() => resolve()))
  const file = await HarFile.create(path, new Redactor(personal, textsOf(line, 'keep')), packageJson.version).catch(
    (error) => {
      throw new Error(`--out cannot be written: ${systemReason(error, 'folder')}.`)
    },
  )
  const err = new Output(process.stderr)
  let failure: string | undefined
  const each = async (call: PassedCall) => {
    await file.add(call).catch((error) => {
      failure ??= systemReason(error)
      err.print(`${printableLine(call.url.pathname)} could not be written: ${systemReason(error)}`)
    })
    if (!isOn(line, 'quiet'))
      err.print(printableLine(`${call.method} ${call.url.pathname} ${call.status || 'no answer'}`))
  }
  const proxy = await startProxy(to, { host: defaultHost, port }, each).catch(async (error) => {
    await file.close()
    throw new Error(`Failed to listen on port ${port}: ${systemReason(error)}.`)
  })
  await printMessage(
    `${proxy.url} passes calls on to ${to.href} and writes them to ${printableLine(path)} until Ctrl-C.`,
  )
  await stopping
  await proxy.close()
  await file.close()
  await err.flush()
  if (failure) throw new Error(`Some calls are missing from --out: ${failure}.`)
  return 0
}
