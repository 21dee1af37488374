// Plain lists of words, which pages need without the schemas: typebox is more code than most pages.

/** What kind of asset a coin is. `coin` is everything that no rule marks otherwise. */
export const coinKinds = ['coin', 'stablecoin', 'wrapped', 'staked'] as const

/** What a listing of coins can be sorted by. */
export const coinSortKeys = [
  'market_cap_rank',
  'name',
  'price_usd',
  'price_change_1h_pct',
  'price_change_24h_pct',
  'price_change_7d_pct',
  'market_cap',
  'total_volume',
] as const

/** Over how many closed UTC days analytics are computed. */
export const analyticsPeriods = [7, 30, 90, 180, 365] as const

/** The jobs of the pipeline, in the order in which a first start runs them. */
export const jobIds = [
  'ingest_market_data',
  'backfill_history',
  'transform_aggregates',
  'compute_analytics',
  'data_quality_checks',
] as const

/** How a run of a job is, or ended. */
export const runStatuses = ['running', 'success', 'failed', 'skipped', 'abandoned', 'cancelled'] as const

/** The quality checks, by table. */
export const checkNames = [
  'freshness',
  'completeness',
  'schema_validation',
  'anomaly_detection',
  'referential_integrity',
  'stale_upstream',
  'stale_coins',
  'stablecoin_peg',
  'stuck_price',
  'robust_anomaly',
  'market_move',
  'repeated_rows',
  'default_partition',
  'ohlcv_consistency',
  'facts_against_candles',
  'batch_against_stream',
  'silent_stream',
  'duplicate_candidates',
  'tracked_universe',
  'refused_rows',
  'ingest_runs',
] as const

/** How bad it is when the check fails. */
export const severities = ['critical', 'major', 'minor'] as const

/** What is written down about accounts and jobs. */
export const auditActions = [
  'account_created',
  'account_deleted',
  'job_requested',
  'login_failed',
  'login_succeeded',
  'logged_out',
  'logged_out_everywhere',
  'password_changed',
  'refresh_reused',
  'role_changed',
  'run_cancelled',
  'sessions_ended',
] as const
