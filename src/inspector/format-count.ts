/** A number of things, with commas: `10,000`. The first use of `toLocaleString` takes many times as long as all of a page's. */
export const formatCount = (count: number): string =>
  count < 1000 ? String(count) : `${formatCount(Math.floor(count / 1000))},${String(count % 1000).padStart(3, '0')}`
