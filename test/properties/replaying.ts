// Replays files in a process of its own: each message is the text of one, and is answered with what came of it.
import { readReplay } from '../../src/mock/past/replay-file.ts'
import { replayWorld } from '../../src/mock/past/replay-world.ts'
import { definition, type Mock } from '../../src/mock/ricloud.ts'
import { whole } from './perform.ts'

process.on('message', async (text: string) => {
  const { mock, difference } = await replayWorld(definition, readReplay(text, 'the file'))
  process.send?.({ difference, whole: whole(mock as Mock) })
})
