import { fileURLToPath } from 'node:url'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** Another installed package that stands in for msw, such as `npm install --no-save msw-3@npm:msw@3` makes. */
const { MSW: msw = 'msw' } = process.env

/**
 * What also runs against dist, by `vitest --mode dist`: what goes through the doors of the package, and what is part of
 * it. These tests import nothing of src but entry points: with any other file they would have a second copy of the engine.
 */
const onDist = [
  'test/{built,recipes,scenario/built-in}/**/*.test.ts',
  'test/run-snippets.test.ts',
  'test/doors/{connection-guard,every-door,every-server,network-errors,node,other-servers,vitest,vitest-other-msw,vitest-own-msw}.test.ts',
  'test/storage/{in-process,server}.test.ts',
  'test/webhooks/{embedded,first-session,from-within,running,signature}.test.ts',
]

/** What starts the command, fills the memory, or takes long or random inputs: most of the time of all tests. */
const slow = [
  'test/{linear-patterns,snippets}.test.ts',
  'test/cli/{commands,compile-cache,init-process,output,replay,sweep,watch}.test.ts',
  'test/cli/mcp/command.test.ts',
  'test/doors/{command,every-door,every-server,limits,linear-requests,outgoing,programs,strange-*,vitest-coverage,vitest-output}.test.ts',
  'test/engine/time/long-work.test.ts',
  'test/control/parallel.test.ts',
  'test/mock/{growth,memory}.test.ts',
  'test/properties/*.test.ts',
  'test/recordings/{compare,record}.test.ts',
  'test/scenario/{command,load,yaml}.test.ts',
  'test/scenario/built-in/command-line.test.ts',
]

/** Begins with what collects garbage often, which takes three times as long where many tests have run. */
class Sequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLate = ({ moduleId }: TestSpecification) => Number(!moduleId.endsWith('/mock/memory.test.ts'))
    return (await super.sort(files)).sort((one, other) => isLate(one) - isLate(other))
  }
}

const command = ['test/doors/bundle.ts']
// It looks into the engine of the sources.
const setupFiles = ['test/support/conform-all.ts']

/** The configuration is read again for each project, in the mode that is given here: in `test` if there is none. */
const project = (name: string, test: NonNullable<TestProjectInlineConfiguration['test']>, mode = 'test') => ({
  extends: true as const,
  mode,
  test: { ...test, name },
})

// biome-ignore lint/style/noDefaultExport: vitest reads no other
export default defineConfig(({ mode }) => {
  const isBuilt = mode === 'dist'
  const entryPoint = isBuilt ? path('dist/$1.js') : path('src/$1.ts')
  return {
    resolve: {
      alias: [
        { find: /^msw(?=\/|$)/, replacement: msw },
        // Recipes name the package as its users do.
        { find: /^ricloud-mock$/, replacement: entryPoint.replace('$1', 'index') },
        { find: /^ricloud-mock\/(.*)$/, replacement: entryPoint },
        {
          find: /^(?:\.\.\/)+src\/(index|node|standalone|browser|vitest|jest|playwright)\.ts$/,
          replacement: entryPoint,
        },
      ],
    },
    test: {
      projects: isBuilt
        ? [project('dist', { include: onDist, globalSetup: command }, mode)]
        : [
            project('unit', {
              include: ['test/**/*.test.ts'],
              exclude: ['test/{browser,built}/**', ...slow],
              setupFiles,
            }),
            project('slow', { include: slow, globalSetup: command, setupFiles }),
            project('browser', {
              include: ['test/browser/**/*.test.ts'],
              globalSetup: ['test/browser/setup.ts'],
              setupFiles,
            }),
          ],
      // Test files leave nothing behind, and loading the sources anew for each takes longer than most of them.
      isolate: false,
      sequence: { sequencer: Sequencer },
      env: { TARGET: isBuilt ? 'dist' : 'src' },
      // A busy machine may take thirty times as long as an idle one.
      testTimeout: 180_000,
      hookTimeout: 180_000,
      expect: { poll: { timeout: 45_000 } },
    },
  }
})
