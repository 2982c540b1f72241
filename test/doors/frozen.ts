/** Options of a mock whose clock is frozen at noon, and which says nothing. */
export const frozen = { clock: { start: '2020-02-20T12:00:00Z', frozen: true }, log: () => {} }
