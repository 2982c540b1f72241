// In development the mock answers: it is started before the application is imported, and so before its first call.
// No `await` at the top level: a bundler may let the mock's chunk import from this one, and each would await the other.
async function prepare() {
  if (import.meta.env.DEV) {
    const { setupRicloudWorker } = await import('ricloud-mock/browser')
    await setupRicloudWorker({ scenario: 'two-factor', persist: true }).start({
      serviceWorker: { url: `${import.meta.env.BASE_URL}mockServiceWorker.js` },
    })
  }
}
prepare().then(() => import('./app.js'))
