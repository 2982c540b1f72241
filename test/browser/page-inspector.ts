// The page that the test opens: a mock of its own, and the inspector on it.
import { createMock } from '../../src/index.ts'

const mock = createMock({ scenario: 'two-factor' })
const { mountInspector }: typeof import('../../src/inspector.ts') = await import(
  /* @vite-ignore */ new URL('/inspector.js', location.href).href
)
Object.assign(globalThis, { mock, remove: mountInspector(mock) })
