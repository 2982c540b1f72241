import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const scheme = 'ricloud-mock:///'

/** A page of the package's documents as an MCP resource. */
interface Page {
  readonly uri: string
  readonly name: string
  readonly mimeType: string
}

/** The folder of this package: that of its `package.json`, wherever the bundler put this file. */
async function packageFolder(folder = dirname(fileURLToPath(import.meta.url))): Promise<string> {
  const names = await readdir(folder)
  return names.includes('package.json') || dirname(folder) === folder ? folder : packageFolder(dirname(folder))
}

/** The folders of the package that have pages, its own first. */
const folders = ['', 'src', 'scenarios', 'fixtures']

/** Every page of the package's documents. */
export async function listPages(): Promise<Page[]> {
  const root = await packageFolder()
  const files = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(join(root, folder), { recursive: folder !== '' }).catch(() => [])
      return names.map((name) => join(folder, name).replaceAll('\\', '/'))
    }),
  )
  return files
    .flat()
    .filter((name) => name.endsWith('.md') || name === 'llms.txt')
    .sort()
    .map((name) => ({ uri: scheme + name, name, mimeType: name.endsWith('.md') ? 'text/markdown' : 'text/plain' }))
}

/** The text of a page; undefined if there is none of this URI. */
export async function readPage(uri: string): Promise<string | undefined> {
  const page = (await listPages()).find((one) => one.uri === uri)
  return page && readFile(join(await packageFolder(), page.name), 'utf8')
}
