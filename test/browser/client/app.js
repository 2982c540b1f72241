// An application that calls the API as soon as it is loaded, and knows nothing of a mock.
const response = await fetch('https://ricloud-api.reincubate.com/users', {
  headers: { authorization: 'Token ricloud-mock-token' },
})
const { data } = await response.json()
document.querySelector('main').textContent = data.map(({ identifier }) => identifier).join(', ')
