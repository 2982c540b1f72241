// In place of your own client: it has the URL of the API and a token, and needs no change for the mock.
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
