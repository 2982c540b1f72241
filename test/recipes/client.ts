// Stands for your own client, which knows the API's address and a token, and nothing of a mock.
const url = 'https://ricloud-api.reincubate.com'

export async function call(method: string, path: string, body?: object, token = 'ricloud-mock-token') {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Token ${token}` },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: await response.json() }
}

export async function startSession(identifier: string, payload: { password: string; code?: string }) {
  const source = { user: 1, type: 'icloud.account', identifier }
  return (await call('POST', '/sessions', { source, payload })).body
}
