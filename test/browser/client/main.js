// In development the mock answers: it is started before the application is imported, and so before its first call.
if (import.meta.env.DEV) {
  const { setupRicloudWorker } = await import('ricloud-mock/browser')
  await setupRicloudWorker({ scenario: 'two-factor', persist: true }).start()
}
await import('./app.js')
