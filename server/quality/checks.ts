import { anomalyDetection } from './anomaly-detection.ts'
import type { Check } from './check.ts'
import { completeness } from './completeness.ts'
import { defaultPartition } from './default-partition.ts'
import { duplicateCandidates } from './duplicate-candidates.ts'
import { exchangeCloses } from './exchange-closes.ts'
import { freshness } from './freshness.ts'
import { ingestRuns } from './ingest-runs.ts'
import { marketMove } from './market-move.ts'
import { missingCandles } from './missing-candles.ts'
import { ohlcvConsistency } from './ohlcv-consistency.ts'
import { quarantinedRows } from './quarantined-rows.ts'
import { referentialIntegrity } from './referential-integrity.ts'
import { repeatedRows } from './repeated-rows.ts'
import { robustAnomaly } from './robust-anomaly.ts'
import { schemaValidation } from './schema-validation.ts'
import { silentStream } from './silent-stream.ts'
import { snapshotVsStream } from './snapshot-vs-stream.ts'
import { stablecoinPeg } from './stablecoin-peg.ts'
import { staleCoins } from './stale-coins.ts'
import { staleUpstream } from './stale-upstream.ts'
import { stuckPrice } from './stuck-price.ts'
import { trackedUniverse } from './tracked-universe.ts'

/** Every check, in the order in which they run. */
export const checks: readonly Check[] = [
  ingestRuns,
  freshness,
  completeness,
  schemaValidation,
  anomalyDetection,
  referentialIntegrity,
  ohlcvConsistency,
  staleUpstream,
  staleCoins,
  trackedUniverse,
  quarantinedRows,
  repeatedRows,
  stablecoinPeg,
  stuckPrice,
  robustAnomaly,
  marketMove,
  missingCandles,
  exchangeCloses,
  snapshotVsStream,
  silentStream,
  duplicateCandidates,
  defaultPartition,
]
