import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Problem {
  readonly severity: string
  readonly ruleId: string
  readonly message: string
}

/** What a public linter says of each document by the rules that it recommends. One process looks at all of them. */
export async function lint(...documents: readonly object[]): Promise<string[][]> {
  const folder = mkdtempSync(join(tmpdir(), 'ricloud-mock-'))
  const linter = fileURLToPath(import.meta.resolve('@redocly/cli/bin/cli.js'))
  const files = documents.map((_, i) => `openapi-${i}.json`)
  for (const [i, file] of files.entries()) writeFileSync(join(folder, file), JSON.stringify(documents[i]))
  try {
    const written = await new Promise<string>((done) => {
      const options = { cwd: folder, env: { ...process.env, REDOCLY_TELEMETRY: 'off', CI: 'true' } }
      const words = [linter, 'lint', ...files, '--extends=recommended', '--format=json']
      execFile(process.execPath, words, options, (_, stdout) => done(stdout))
    })
    // One JSON document after another.
    const results = JSON.parse(`[${written.replaceAll(/^\}\s*\{/gm, '},{')}]`) as readonly {
      problems: readonly Problem[]
    }[]
    return results.map(({ problems }) =>
      problems.map(({ severity, ruleId, message }) => `${severity} ${ruleId}: ${message}`),
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}
