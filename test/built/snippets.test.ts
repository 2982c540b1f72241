import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { snippets } from '../evidence/pages.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const written = snippets.filter(({ language }) => language === 'ts')

it('The snippets in TypeScript have no type errors, by the declarations of the package', {
  timeout: 300_000,
}, async () => {
  // Below node_modules, so that packages are found from there.
  const cache = join(realpathSync(join(root, 'node_modules')), '.cache/ricloud-mock')
  mkdirSync(cache, { recursive: true })
  const place = mkdtempSync(join(cache, 'snippets-'))
  onTestFinished(() => rmSync(place, { recursive: true }))
  const files = written.map(({ code }, index) => {
    writeFileSync(join(place, `${index}.ts`), `${code}\nexport {}\n`)
    return `${index}.ts`
  })
  writeFileSync(join(place, 'app.ts'), 'export {}\n')
  writeFileSync(join(place, 'package.json'), '{"type": "module"}')
  const compilerOptions = {
    types: ['node', 'vite/client'],
    rootDir: '/',
    noUnusedLocals: false,
    paths: { 'ricloud-mock': [`${root}dist/types/index.d.ts`], 'ricloud-mock/*': [`${root}dist/types/*.d.ts`] },
  }
  const config = { extends: `${root}tsconfig.json`, compilerOptions, include: [], files }
  writeFileSync(join(place, 'tsconfig.json'), JSON.stringify(config))
  // Several checkers would each find the same types.
  const { stdout } = await promisify(execFile)('npx', ['tsc', '--singleThreaded', '-p', place], { cwd: root }).catch(
    (error) => error,
  )
  const named = stdout.replaceAll(/^.*?(\d+)\.ts/gm, (_: string, index: string) => written[Number(index)]?.name ?? '')
  expect(named).toBe('')
})
