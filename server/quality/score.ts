import type { CheckStatus } from '../../contract/quality.ts'

/** How many verdicts there are of each kind. */
export const countStatuses = (statuses: CheckStatus[]): Record<CheckStatus, number> => {
  const counts = { passed: 0, warning: 0, failed: 0, error: 0, no_data: 0 }
  for (const status of statuses) counts[status] += 1
  return counts
}

/**
 * The weighted share of passing checks in percent: passed 1, warning 0.5, failed and broken 0. Rounded down to a tenth,
 * so that only a table of which every check passes has 100. Null when no check had anything to look at.
 */
export function computeScore(statuses: CheckStatus[]): number | null {
  const { passed, warning, failed, error } = countStatuses(statuses)
  const total = passed + warning + failed + error
  return total === 0 ? null : Math.floor((1000 * (passed + warning / 2)) / total) / 10
}
