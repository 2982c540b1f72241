/** What every answer says to browsers: its type is not guessed, and pages of other origins do not embed it. */
export const protectiveHeaders = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
} as const
