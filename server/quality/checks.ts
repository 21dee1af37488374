import type { Check } from './check.ts'
import { defaultPartition } from './default-partition.ts'

/** Every check, in the order in which they run. */
export const checks: readonly Check[] = [defaultPartition]
