import type { CheckStatus } from '../../contract/quality.ts'

/** The number of results by status. */
export const countStatuses = (statuses: CheckStatus[]): Record<CheckStatus, number> => {
  const counts = { passed: 0, warning: 0, failed: 0, error: 0, no_data: 0 }
  for (const status of statuses) counts[status] += 1
  return counts
}

/**
 * The weighted percentage of passed checks: passed 1, warning 0.5, failed and error 0. Rounded down to a tenth: only a
 * table with all checks passed has 100. Null: all results are `no_data`.
 */
export function computeScore(statuses: CheckStatus[]): number | null {
  const { passed, warning, failed, error } = countStatuses(statuses)
  const total = passed + warning + failed + error
  return total === 0 ? null : Math.floor((1000 * (passed + warning / 2)) / total) / 10
}
