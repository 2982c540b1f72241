import { callableUrl } from './output.ts'

type Variables = Readonly<Record<string, string>>

/** Where a server shows its stores. */
interface StoreUrls {
  readonly s3Url: string | undefined
  readonly gcsUrl: string | undefined
}

/** Variables that are replaced only together: an access key of one source does not go with the secret of another. */
const credentials = { AWS_ACCESS_KEY_ID: 'ricloud-mock', AWS_SECRET_ACCESS_KEY: 'ricloud-mock' }

/**
 * The variables by which clients of S3 and of Google Cloud Storage call a server. What an application has set for other
 * services of AWS stays, and so do its credentials; without any, those clients would make no calls.
 */
export function storeVariables(
  { s3Url, gcsUrl }: StoreUrls,
  environment: Readonly<Record<string, string | undefined>>,
): Variables {
  const isSet = (...names: readonly string[]) => names.some((name) => environment[name])
  const url = s3Url && callableUrl(s3Url)
  return {
    ...(url && { AWS_ENDPOINT_URL_S3: url }),
    ...(url && !isSet('AWS_ENDPOINT_URL') && { AWS_ENDPOINT_URL: url }),
    ...(url && !isSet('AWS_ACCESS_KEY_ID', 'AWS_PROFILE') && credentials),
    ...(url && !isSet('AWS_REGION', 'AWS_DEFAULT_REGION') && { AWS_REGION: 'us-east-1' }),
    ...(gcsUrl && { STORAGE_EMULATOR_HOST: callableUrl(gcsUrl) }),
  }
}
