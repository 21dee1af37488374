const names: Record<string, string> = {
  fact_market_data: 'Market snapshots',
  fact_daily_ohlcv: 'Daily candles',
  fact_minute_ohlc: '1-minute candles',
  dim_coin: 'Coins',
  quarantine_market_data: 'Quarantine',
  pipeline_runs: 'Pipeline runs',
}

/** The label of a table; the name itself where there is none. */
export const toTableName = (table: string): string => names[table] ?? table

/** A score in percent, to a tenth. The API rounds down, so 99.95 never reads as 100%. */
export const formatScore = (score: number): string => `${score === 100 ? '100' : score.toFixed(1)}%`
