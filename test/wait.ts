/** Resolves with the first truthy result, or fails after `patienceMs`. */
export async function waitFor<T>(
  ask: () => T | Promise<T>,
  what = 'the expected state',
  patienceMs = 60_000,
): Promise<NonNullable<T>> {
  for (const deadline = Date.now() + patienceMs; ; await new Promise((resolve) => setTimeout(resolve, 10))) {
    const answer = await ask()
    if (answer) return answer
    if (Date.now() > deadline) throw new Error(`Timed out after ${patienceMs} ms: ${what}`)
  }
}
