/** The key of a Google service account, as its JSON file has it. */
const google = {
  type: 'service_account_of_google',
  project_id: 'plugh-project',
  private_key_id: '1f3870be274f6c49b3e31a0c6728957f',
  private_key: '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj\n-----END PRIVATE KEY-----\n',
  client_email: 'xyzzy@plugh-project.iam.gserviceaccount.com',
}

/** An Amazon access key, as its CSV file has it. */
const amazon = { access_key_id: 'AKIAIOSFODNN7EXAMPLE', secret_access_key: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }

/** Both shapes of credentials. */
export const credentials = { 'a Google service account': google, 'an Amazon access key': amazon } as const

/** A storage config that its test finds valid. */
export const validStorage = { url: 's3://other-bucket/results', credentials: amazon }

/** A webhook that no test sends anything to. */
export const webhook = { url: 'https://example.com/webhooks' }

/** The two kinds of configs, by their path: what makes a valid one of the default world's second. */
export const kinds = [
  ['/configs/storage', 'storage_config', validStorage],
  ['/configs/webhook', 'webhook_config', webhook],
] as const

/** A secret that the API made. */
export const newSecret = /^[A-Za-z0-9]{32}$/
