import { posix } from 'node:path'
import { readPage } from './pages.ts'

/** The pages of the reference as `src/README.md` lists them: path, name and what is in it. */
export const listedPages = (): { path: string; name: string; about: string }[] =>
  Array.from(
    readPage('src/README.md').matchAll(/^\| \[(\w+)\]\(([^)]+)\) \| (.*) \|$/gm),
    ([, name = '', link = '', about = '']) => ({
      path: posix.join('src', link),
      name,
      about,
    }),
  )

/** `llms.txt` at the root of the package, in the format of llmstxt.org: what the package is, and its pages. */
export function llmsText(): string {
  const [, summary = ''] = readPage('README.md').split('\n\n')
  const plain = summary.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
  const link = (name: string, path: string, about: string) => `- [${name}](${path}): ${about}`
  return [
    '# ricloud-mock',
    `> ${plain}`,
    'Paths are relative to the package. Each page is Markdown, and begins with its shortest example.',
    [
      '## Docs',
      '',
      link('introduction', 'README.md', 'install, pick an entry point, the first calls and the first scenario'),
      ...listedPages().map(({ name, path, about }) => link(name, path, about)),
    ].join('\n'),
    [
      '## Optional',
      '',
      link('source', 'src/README.md', 'the source, commands of a clone, speed, other mock servers'),
      link('changelog', 'CHANGELOG.md', 'what changed'),
    ].join('\n'),
  ]
    .join('\n\n')
    .concat('\n')
}
