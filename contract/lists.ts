// Lists and limits that pages import without the schemas: typebox is larger than most pages.

/** Kinds of assets; `coin` is the default. */
export const coinKinds = ['coin', 'stablecoin', 'wrapped', 'staked'] as const

/** Sort keys of the coin list. */
export const coinSortKeys = [
  'market_cap_rank',
  'name',
  'price_usd',
  'price_change_1h_pct',
  'price_change_24h_pct',
  'price_change_7d_pct',
  'price_change_30d_pct',
  'price_change_1y_pct',
  'market_cap',
  'total_volume',
  'fully_diluted_valuation',
  'circulating_supply',
  'ath',
  'ath_change_pct',
] as const

/** Analytics periods in closed UTC days. */
export const analyticsPeriods = [7, 30, 90, 180, 365] as const

/** The jobs of the pipeline, in the order in which a first start runs them. */
export const jobIds = [
  'ingest_market_data',
  'exchange_candles',
  'backfill_history',
  'transform_aggregates',
  'compute_analytics',
  'data_quality_checks',
] as const

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
  'exchange_closes',
  'batch_against_stream',
  'silent_stream',
  'duplicate_candidates',
  'tracked_universe',
  'refused_rows',
  'ingest_runs',
] as const

/** Severities of checks, the most severe first. */
export const severities = ['critical', 'major', 'minor'] as const

/** Actions in the audit log. */
export const auditActions = [
  'account_created',
  'account_deleted',
  'api_key_created',
  'api_key_revoked',
  'backfill_requested',
  'email_verified',
  'job_paused',
  'job_requested',
  'job_resumed',
  'login_failed',
  'login_succeeded',
  'logged_out',
  'logged_out_everywhere',
  'password_changed',
  'password_reset',
  'password_reset_requested',
  'role_changed',
  'run_cancelled',
  'sessions_ended',
] as const

/** What an API key may do. `sql` and `jobs` work while its owner is an administrator. */
export const apiKeyScopes = ['read', 'export', 'sql', 'jobs'] as const

/** Scopes that only keys of administrators have. */
export const administratorScopes: readonly string[] = ['sql', 'jobs']

export const maxKeyNameLength = 80

/** The fact tables that can be exported. */
export const exportTables = ['fact_market_data', 'fact_daily_ohlcv', 'fact_minute_ohlc'] as const

export const chartFormats = ['json', 'csv', 'ndjson', 'parquet'] as const

/** Where candles come from. */
export const ohlcvSources = ['auto', 'coingecko', 'exchange'] as const

export const exportFormats = ['csv', 'ndjson', 'parquet'] as const

/** Maximum page size of every paged list. */
export const maxPerPage = 100

/** Maximum number of coins per sparkline request. */
export const maxSparklines = 50

/** Maximum number of coins on a watchlist. */
export const maxWatched = 500

/** Bounds of a coin filter: amounts in US dollars, changes in percent. */
export const filterBounds = { maximum: 1e15, minimumChange: -100 } as const
