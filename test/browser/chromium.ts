import { existsSync } from 'node:fs'

const headless = '/usr/bin/chromium-headless-shell'

/**
 * How Chromium is started: nothing but this machine is to be reached, also when a call is not intercepted. Debian's
 * shell without windows opens a page in half the time that all of Chromium takes.
 */
export const browserOptions = {
  executablePath: existsSync(headless) ? headless : '/usr/bin/chromium',
  args: [
    ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
    ...['--disable-component-update', '--disable-sync'],
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
  ],
}
