import { fileURLToPath } from 'node:url'
import { build, createBuilder, type Rolldown } from 'vite'
import { slim } from '../../vite.config.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Builds one environment of vite.config.ts into a folder. */
export async function buildInto(
  outDir: string,
  name: 'entries' | 'cli' | 'command' | 'client' | 'inspector',
): Promise<void> {
  const builder = await createBuilder({
    configFile: `${root}vite.config.ts`,
    environments: { [name]: { build: { outDir } } },
  })
  const environment = builder.environments[name]
  if (!environment) throw new Error(`vite.config.ts has no environment ${name}.`)
  await builder.build(environment)
}

/** Bundles a script for a page, with the mock's sources in it. */
export async function bundleScript(input: string, alias: Readonly<Record<string, string>> = {}): Promise<string> {
  const { output } = (await build({
    configFile: false,
    root,
    logLevel: 'warn',
    plugins: [slim],
    resolve: { alias },
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: { input, output: { codeSplitting: false } },
    },
  })) as Rolldown.RolldownOutput
  return output[0].code
}
