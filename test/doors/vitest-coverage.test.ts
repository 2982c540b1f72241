import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readCoverage } from '../../src/mock/coverage-files.ts'
import { setup } from '../../src/vitest-coverage.ts'

/** The output of Vitest for two files, each with a process of its own. */
const run = (folder: string) =>
  new Promise<string>((resolve) => {
    const config = fileURLToPath(new URL('./covered/vitest.config.ts', import.meta.url))
    const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url))
    const env = { ...process.env, NO_COLOR: '1', CI: 'true', KEPT: folder }
    execFile(process.execPath, [vitest, 'run', '--config', config], { env }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    )
  })

describe('ricloud-mock/vitest-coverage as globalSetup', () => {
  it('prints what the tests of all files met together, and keeps it in a folder that the configuration provides', async () => {
    const kept = mkdtempSync(join(tmpdir(), 'ricloud-mock-kept-'))
    onTestFinished(() => rmSync(kept, { recursive: true }))
    const output = await run(kept)
    expect(output).toMatch(/ {2}calls +1 of/)
    expect(output).toMatch(/ {2}states +1 of/)
    expect(output).toContain('Your tests never saw:')
    expect(output).not.toContain('GET /users with a limit')
    const { groups } = readCoverage([kept])
    expect(groups.calls?.met).toEqual({ 'GET /users': 1 })
    expect(groups.states?.met).toEqual({ 'key expired': 1 })
  })

  it('keeps it in a folder of its own by default, which ends with the run', async () => {
    const [provided, printed]: [string[], string[]] = [[], []]
    const end = await setup({
      config: { provide: {} },
      vitest: { logger: { log: (text) => printed.push(text) } },
      provide: (_, folder) => provided.push(folder),
    })
    const [folder = ''] = provided
    expect(existsSync(folder)).toBe(true)
    await end()
    expect([printed.length, existsSync(folder)]).toEqual([1, false])
  })
})
