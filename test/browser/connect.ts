import { type Browser, chromium } from '@playwright/test'
import { inject } from 'vitest'

/** The browser of the run; closing it closes what was opened through this connection. */
export const connect = (): Promise<Browser> => chromium.connect(inject('browser'))
