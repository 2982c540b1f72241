/** The doors of the mock, by the names under which the pages show what each of them answered. */
export const doorNames = {
  fetch: '`mock.fetch`',
  node: '`setupRicloud`',
  handlers: '`mock.handlers` in a `setupServer`',
  server: '`serve`',
  command: '`ricloud-mock start`',
  browser: '`setupRicloudWorker` in Chromium',
} as const

export type DoorName = keyof typeof doorNames
