const tableNames: Readonly<Record<string, string>> = {
  fact_market_data: 'Market snapshots',
  fact_daily_ohlcv: 'Daily candles',
  fact_exchange_ohlcv: 'Exchange candles',
  fact_minute_ohlc: '1-minute candles',
  dim_coin: 'Coins',
  quarantine_market_data: 'Quarantine',
  pipeline_runs: 'Pipeline runs',
}

/** The label of a table; the name itself where there is none. */
export const toTableName = (table: string): string => tableNames[table] ?? table

const checkNames: Readonly<Record<string, string>> = {
  batch_against_stream: 'Snapshot vs stream',
  exchange_closes: 'Exchange vs CoinGecko closes',
  duplicate_candidates: 'Possible duplicate coins',
  facts_against_candles: 'Missing candles',
  ohlcv_consistency: 'OHLCV consistency',
  refused_rows: 'Quarantined rows',
  robust_anomaly: 'Price outliers',
  stale_upstream: 'Stale source',
}

/** The label of a check; other names are spelled out: `late_runs` is `Late runs`. */
export function toCheckName(name: string): string {
  const words = name.replaceAll('_', ' ')
  return checkNames[name] ?? words.slice(0, 1).toUpperCase() + words.slice(1)
}

/** A score in percent, to a tenth. The API rounds down, so 99.95 never reads as 100%. */
export const formatScore = (score: number): string => `${score === 100 ? '100' : score.toFixed(1)}%`
