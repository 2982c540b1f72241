/** Milliseconds of CPU time that this process takes for some work: other processes do not add to it. */
export async function cpuTime(work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await work()
  return millisecondsSince(before)
}

/** As `cpuTime`, for work that does not wait. */
export function cpuTimeSync(work: () => unknown): number {
  const before = process.cpuUsage()
  work()
  return millisecondsSince(before)
}

function millisecondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
