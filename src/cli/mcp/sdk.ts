import { pathToFileURL } from 'node:url'
import { findInstalled } from '../../server/installed.ts'

const name = '@modelcontextprotocol/sdk'

/**
 * What is used of the SDK of MCP, which only this command needs: of the one installed for the working directory, or else
 * beside this package. Throws an Error that says what to install if there is none.
 */
export async function loadSdk() {
  const load = (file: string) => import(pathToFileURL(findInstalled(name, file, '.')).href)
  const [server, stdio, types]: [
    typeof import('@modelcontextprotocol/sdk/server/index.js'),
    typeof import('@modelcontextprotocol/sdk/server/stdio.js'),
    typeof import('@modelcontextprotocol/sdk/types.js'),
  ] = await Promise.all([load('server/index.js'), load('server/stdio.js'), load('types.js')])
  return { ...server, ...stdio, ...types }
}
