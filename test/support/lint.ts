import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What a public linter says of a document by the rules that it recommends. */
export async function lint(document: object): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'ricloud-mock-'))
  const linter = fileURLToPath(import.meta.resolve('@redocly/cli/bin/cli.js'))
  writeFileSync(join(folder, 'openapi.json'), JSON.stringify(document))
  try {
    const written = await new Promise<string>((done) => {
      const options = { cwd: folder, env: { ...process.env, REDOCLY_TELEMETRY: 'off', CI: 'true' } }
      const words = [linter, 'lint', 'openapi.json', '--extends=recommended', '--format=json']
      execFile(process.execPath, words, options, (_, stdout) => done(stdout))
    })
    const { problems } = JSON.parse(written) as { problems: { severity: string; ruleId: string; message: string }[] }
    return problems.map(({ severity, ruleId, message }) => `${severity} ${ruleId}: ${message}`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
