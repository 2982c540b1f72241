import { expect, it } from 'vitest'
import { storeVariables } from '../../src/cli/store-variables.ts'
import { run } from './run.ts'

const urls = { s3Url: 'http://0.0.0.0:9000', gcsUrl: 'http://127.0.0.1:9001' }

it('storeVariables: clients find both stores, and S3 has credentials and a region', () => {
  expect(storeVariables(urls, {})).toEqual({
    AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9000',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9000',
    AWS_ACCESS_KEY_ID: 'ricloud-mock',
    AWS_SECRET_ACCESS_KEY: 'ricloud-mock',
    AWS_REGION: 'us-east-1',
    STORAGE_EMULATOR_HOST: 'http://127.0.0.1:9001',
  })
})

it('storeVariables: what is set for other services and as credentials stays', () => {
  const environment = { AWS_ENDPOINT_URL: 'http://localhost:4566', AWS_PROFILE: 'dev', AWS_DEFAULT_REGION: 'eu-west-1' }
  expect(storeVariables({ ...urls, gcsUrl: undefined }, environment)).toEqual({
    AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9000',
  })
})

it('storeVariables: without stores there are none', () => {
  expect(storeVariables({ s3Url: undefined, gcsUrl: undefined }, {})).toEqual({})
})

it('env: prints variables of stores whose ports are set', async () => {
  const { out } = await run('env', '--s3-port', '9000', '--gcs-port', '9001')
  expect(out).toContain("AWS_ENDPOINT_URL_S3='http://127.0.0.1:9000'")
  expect(out).toContain("STORAGE_EMULATOR_HOST='http://127.0.0.1:9001'")
  expect((await run('env', '--s3-port', 'none')).out).not.toMatch(/AWS_|STORAGE_/)
})

it('--s3-port: refuses what is neither a port nor none', async () => {
  expect(await run('env', '--s3-port', '70000')).toMatchObject({
    code: 1,
    err: expect.stringContaining('--s3-port must be a whole number from 0 to 65535, or none, got 70000'),
  })
})
