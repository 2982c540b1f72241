import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { md5 } from '../../src/engine/md5.ts'
import { createMock, type MockOptions } from '../../src/index.ts'
import { faultsOf, refusalOf } from '../support/answers.ts'
import { setupPolls } from '../support/polls.ts'

const data = { data_types: ['ios_messages.messages'] }

function folderOfTest(): string {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'ricloud-mock-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())

/** A world whose key publishes to a folder, and what a test does with it. */
async function setupFolder({
  path = '',
  localStorage = folderOfTest(),
  ...options
}: MockOptions & { path?: string } = {}) {
  const logged: string[] = []
  const api = await setupPolls({ ...options, localStorage, log: (_, message) => logged.push(message) })
  const configure = (url: string) => api.post('/configs/storage', { url })
  const answer = await configure(`local://${localStorage}${path}`)
  expect(answer.status).toBe(201)
  await api.post('/key', { storage_config: answer.body.id })
  const poll = async (payload: object = data) => {
    const made = await api.poll(payload)
    return {
      ...made,
      files: made.results.data.map(({ url }: { url: string }) => url.slice('local://'.length)) as string[],
    }
  }
  return { ...api, localStorage, logged, configure, poll, config: answer.body }
}

describe('A storage config local://', () => {
  it('is valid without credentials, and its results are files', async () => {
    const { get, poll, config, localStorage } = await setupFolder({ path: '/results' })
    expect((await get(`/configs/storage/${config.id}`)).body).toMatchObject({ type: 'local', state: 'valid' })
    const { results, files } = await poll({ ...data, info_types: ['*'] })
    for (const [i, file] of files.entries()) {
      const bytes = readFileSync(file)
      expect([md5(bytes), bytes.length]).toEqual([results.data[i].checksum, results.data[i].size])
    }
    expect(
      filesIn(join(localStorage, 'results'))
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(files.map((file: string) => file.split('/').at(-1)).toSorted())
    expect([files.length, results.data[0].signed_url]).toEqual([2, null])
  })

  it.each(['/a b/ü 🎉', '/100%/%2e%2e/%00', '//double///slashes/', '/...', '/-rf'])(
    'may have the path %j, which names the file as it is',
    async (path) => {
      const { poll, mock } = await setupFolder({ path })
      const { results, files } = await poll()
      expect(mock.buckets.get(results.data[0].url)).toMatchObject({
        type: 'application/json',
        md5: md5(readFileSync(files[0] ?? '')),
      })
    },
  )

  it('is refused below no other folder, also where a link leads', async () => {
    const { configure, localStorage } = await setupFolder()
    symlinkSync('/etc', join(localStorage, 'out'))
    symlinkSync(`${localStorage}/../missing`, join(localStorage, 'dangling'))
    writeFileSync(join(localStorage, 'file'), '')
    const refused = {
      'local:///': 'must be',
      'local:///etc': `must be local://${localStorage} or lie below it`,
      [`local://${localStorage}-2/x`]: 'must be',
      [`local://${localStorage}/../x`]: 'must have no "." and ".."',
      [`local://${localStorage}/a/..`]: 'must have no "." and ".."',
      [`local://${localStorage}/out/x`]: 'a link leads out of it',
      [`local://${localStorage}/dangling`]: 'a link leads nowhere',
      [`local://${localStorage}/file/x`]: 'a part of its path is no folder',
      [`local://${localStorage}/a\0`]: 'no control characters',
      [`local://${localStorage}/a?b`]: 'must have no "?"',
      [`local://${localStorage}/\ud800`]: 'no control characters',
      [`local://${localStorage}/${'a'.repeat(300)}`]: 'its name is too long',
      [`local://${localStorage}${'/a'.repeat(5000)}`]: 'its name is too long',
      'local://relative': 'must be',
    }
    for (const [url, problem] of Object.entries(refused)) {
      const answer = await configure(url)
      expect([url, ...faultsOf(answer)]).toEqual([url, '400 invalid-parameter', 'url'])
      expect(answer.body.params.url[0]).toContain(problem)
    }
  })

  it('is refused without the option localStorage', async () => {
    const { post } = await setupPolls()
    const { body } = await post('/configs/storage', { url: 'local:///tmp' })
    expect(body.params.url).toEqual([
      'must begin with "gs://" or "s3://": local folders need the option localStorage (--local-storage), got "local:///tmp"',
    ])
  })

  it('cannot be changed to a folder outside', async () => {
    const { post, config, get } = await setupFolder()
    expect(refusalOf(await post(`/configs/storage/${config.id}`, { url: 'local:///etc' }))).toBe(
      '400 invalid-parameter',
    )
    expect((await get(`/configs/storage/${config.id}`)).body.state).toBe('valid')
  })
})

describe('A poll that publishes to a local folder', () => {
  it('creates the folder if there is none', async () => {
    const { poll, localStorage } = await setupFolder({ localStorage: join(folderOfTest(), 'new/folder') })
    await poll()
    expect(filesIn(localStorage)).toHaveLength(1)
  })

  it('fails with publish-failed where nothing can be written, and logs why', async () => {
    const { poll, localStorage, logged } = await setupFolder({ path: '/sub' })
    writeFileSync(join(localStorage, 'sub'), 'a file')
    const { state, errors, results } = await poll()
    expect([state, results.total_count, errors.data[0].error]).toEqual(['completed', 0, 'publish-failed'])
    expect(logged.join('\n')).toContain('a part of its path is no folder (ENOTDIR)')
    expect(readFileSync(join(localStorage, 'sub'), 'utf8')).toBe('a file')
  })

  it('fails with publish-failed in a file system that has no folders to make', async () => {
    const { poll, logged } = await setupFolder({ localStorage: '/proc/ricloud-mock/results' })
    expect((await poll()).errors.data[0].error).toBe('publish-failed')
    expect(logged.join('\n')).toMatch(/publish/)
  })

  it('follows no link that leads out since its config was made', async () => {
    const { poll, localStorage, logged } = await setupFolder({ path: '/sub' })
    const elsewhere = folderOfTest()
    symlinkSync(elsewhere, join(localStorage, 'sub'))
    expect((await poll()).errors.data[0].error).toBe('publish-failed')
    expect([readdirSync(elsewhere), logged.join('\n')]).toEqual([[], expect.stringContaining('a link leads out of it')])
  })

  it('writes all files of a task, or none, and leaves no others', async () => {
    const { poll, post, mock, localStorage } = await setupFolder()
    await post('/organisation', { config: { publish_source_files: true } })
    mock.snapshots.save('before')
    const { files } = await poll()
    const [first = '', second = ''] = files.toReversed()
    for (const file of files) rmSync(file)
    mkdirSync(join(second, 'in the way'), { recursive: true })
    mock.snapshots.restore('before')
    expect((await poll()).errors.data[0].error).toBe('publish-failed')
    expect([existsSync(first), filesIn(localStorage)]).toEqual([false, []])
  })

  it('writes the same files again after a reset, which deletes none', async () => {
    const { poll, mock, localStorage } = await setupFolder()
    mock.snapshots.save('before')
    const [file = ''] = (await poll()).files
    const before = readFileSync(file)
    mock.snapshots.restore('before')
    expect(readFileSync(file)).toEqual(before)
    expect((await poll()).files).toEqual([file])
    expect([readFileSync(file), filesIn(localStorage).length]).toEqual([before, 1])
  })

  it('removes the file of a result that expires', async () => {
    const { poll, mock } = await setupFolder()
    const { files, results } = await poll()
    mock.actions['result.expire']({ where: { id: results.data[0].id } })
    expect(existsSync(files[0] ?? '')).toBe(false)
    expect(() => mock.buckets.get(results.data[0].url)).toThrow('No object is at "local://')
  })

  it('has a folder for each further world', async () => {
    const { mock, localStorage } = await setupFolder()
    const world = await mock.worlds.create({ fixtures: ['default'] })
    const call = async (path: string, body: object) => {
      const headers = { authorization: `Token ${world.token}` }
      return (await mock.fetch(`https://x.test${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).json()
    }
    const { id } = await call('/configs/storage', { url: `local://${localStorage}` })
    await call('/key', { storage_config: id })
    await call('/polls', { session: 'e2c9b0a4-6f1d-4e0b-8a57-3d94c1f0b627', payload: data })
    await world.clock.advance('1s')
    const [result] = world.db.result.findMany({ take: 1 })
    expect(result?.url).toMatch(new RegExp(`^local://${localStorage}/${world.id}/`))
  })
})

describe('The option localStorage', () => {
  it.each([
    ['/', 'localStorage cannot be the root of a disk'],
    ['/etc/hosts', 'localStorage must be a folder, and "/etc/hosts" is none'],
    ['/etc/hosts/x', 'localStorage cannot be "/etc/hosts/x": a part of its path is no folder'],
    ['a\0b', 'localStorage must be the path of a folder'],
    ['', 'localStorage: must'],
    [1 as never, 'localStorage: must'],
  ])('cannot be %j', (localStorage, problem) => {
    expect(() => createMock({ localStorage })).toThrow(problem)
  })

  it('is refused where there is no Node', () => {
    vi.stubGlobal('process', undefined)
    onTestFinished(() => void vi.unstubAllGlobals())
    expect(() => createMock({ localStorage: 'results' })).toThrow('localStorage needs a disk, which only Node has')
  })

  it('cannot be set by a reset', () => {
    expect(() => createMock().reset({ localStorage: '/tmp' } as object)).toThrow('localStorage can only be set when')
  })
})
