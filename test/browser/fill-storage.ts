/** Leaves no room in the storage of a tab; runs in the page. */
export function fillStorage(): void {
  for (let size = 2 ** 23; size >= 1; size /= 2) {
    try {
      sessionStorage.setItem(`filler ${size}`, 'x'.repeat(size))
    } catch {}
  }
}
