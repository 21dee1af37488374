-- Stable views for SQL tools. The role reader sees this schema and nothing else. Views keep their columns: new ones are
-- added at the end.

create schema market;
comment on schema market is 'Documented, stable views of the market data for SQL tools.';

create view market.coins as
select id as coin_id, coingecko_id, symbol, name, kind, market_cap_rank, is_tracked, total_supply, max_supply, ath, ath_date,
  atl, atl_date, underlying, first_seen_at, last_seen_at
from dim_coin;
comment on view market.coins is 'Every coin that was ever tracked.';
comment on column market.coins.coin_id is 'Number of the coin, the same in every view.';
comment on column market.coins.coingecko_id is 'CoinGecko id: the natural key. Symbols are not unique.';
comment on column market.coins.symbol is 'Lower case, from CoinGecko.';
comment on column market.coins.name is 'Name, from CoinGecko.';
comment on column market.coins.kind is 'coin, stablecoin, wrapped or staked.';
comment on column market.coins.market_cap_rank is 'From CoinGecko; null when unranked or not tracked.';
comment on column market.coins.is_tracked is 'False: the coin left the tracked universe and keeps its history.';
comment on column market.coins.total_supply is 'Units of the coin.';
comment on column market.coins.max_supply is 'Units of the coin; null when unlimited or unknown.';
comment on column market.coins.ath is 'All-time high in USD.';
comment on column market.coins.ath_date is 'When the all-time high was reached, UTC.';
comment on column market.coins.atl is 'All-time low in USD.';
comment on column market.coins.atl_date is 'When the all-time low was reached, UTC.';
comment on column market.coins.underlying is 'CoinGecko id of the asset behind a wrapped, staked or bridged coin; null for an independent asset.';
comment on column market.coins.first_seen_at is 'Time of the first snapshot with the coin, UTC.';
comment on column market.coins.last_seen_at is 'Time of the snapshot with which the coin last entered or left the tracked universe, UTC.';

create view market.prices as
select f.coin_id, c.coingecko_id, c.symbol, f.timestamp, f.price_usd, f.market_cap, f.volume, f.circulating_supply,
  f.market_cap_rank, f.price_change_1h_pct, f.price_change_24h_pct, f.price_change_7d_pct, f.granularity::text as granularity
from fact_market_data f join dim_coin c on c.id = f.coin_id;
comment on view market.prices is 'Snapshots every 10 minutes, and history on the grid of its source. Filter by coin and timestamp: it is the largest view.';
comment on column market.prices.coin_id is 'market.coins.coin_id.';
comment on column market.prices.coingecko_id is 'market.coins.coingecko_id.';
comment on column market.prices.symbol is 'market.coins.symbol.';
comment on column market.prices.timestamp is 'Time of the snapshot, or a point on the grid of the history, UTC.';
comment on column market.prices.price_usd is 'USD.';
comment on column market.prices.market_cap is 'USD; null when unknown.';
comment on column market.prices.volume is 'USD traded in the 24 h before; null when unknown.';
comment on column market.prices.circulating_supply is 'Units of the coin; null in history.';
comment on column market.prices.market_cap_rank is 'Rank at that time; null in history.';
comment on column market.prices.price_change_1h_pct is 'Percent: 5.2 means 5.2 %; null in history.';
comment on column market.prices.price_change_24h_pct is 'Percent: 5.2 means 5.2 %; null in history.';
comment on column market.prices.price_change_7d_pct is 'Percent: 5.2 means 5.2 %; null in history.';
comment on column market.prices.granularity is '10min: snapshot; 5min, hourly, daily: history.';

create view market.daily as
select f.coin_id, c.coingecko_id, c.symbol, f.date, f.open, f.high, f.low, f.close, f.volume, f.samples, f.close_at,
  f.granularity::text as granularity
from fact_daily_ohlcv f join dim_coin c on c.id = f.coin_id;
comment on view market.daily is 'Candles of closed UTC days, both midnights included.';
comment on column market.daily.coin_id is 'market.coins.coin_id.';
comment on column market.daily.coingecko_id is 'market.coins.coingecko_id.';
comment on column market.daily.symbol is 'market.coins.symbol.';
comment on column market.daily.date is 'UTC day.';
comment on column market.daily.open is 'USD: the price at D 00:00, otherwise the first of the day.';
comment on column market.daily.high is 'USD: the highest price of the day.';
comment on column market.daily.low is 'USD: the lowest price of the day.';
comment on column market.daily.close is 'USD: the price at D+1 00:00, otherwise the last of the day.';
comment on column market.daily.volume is 'USD: the rolling 24h volume at the close; null when unknown.';
comment on column market.daily.samples is 'Prices in the candle.';
comment on column market.daily.close_at is 'When the close was observed; null: unknown.';
comment on column market.daily.granularity is 'The coarsest grid of the prices in the candle; null: unknown.';

create view market.candles as
select f.coin_id, c.coingecko_id, c.symbol, f.minute, f.open, f.high, f.low, f.close, f.ticks
from fact_minute_ohlc f join dim_coin c on c.id = f.coin_id;
comment on view market.candles is '1-minute candles of the live stream, kept for RETAIN_MINUTE_DAYS.';
comment on column market.candles.coin_id is 'market.coins.coin_id.';
comment on column market.candles.coingecko_id is 'market.coins.coingecko_id.';
comment on column market.candles.symbol is 'market.coins.symbol.';
comment on column market.candles.minute is 'Start of the minute, UTC.';
comment on column market.candles.open is 'USD: the earliest price of the minute.';
comment on column market.candles.high is 'USD: the highest price of the minute.';
comment on column market.candles.low is 'USD: the lowest price of the minute.';
comment on column market.candles.close is 'USD: the latest price of the minute.';
comment on column market.candles.ticks is 'Prices in the candle.';

create view market.correlations as
select r.coin_a_id, a.coingecko_id as coingecko_id_a, r.coin_b_id, b.coingecko_id as coingecko_id_b, r.period_days, r.correlation,
  r.observations, r.as_of
from analytics_correlation r join dim_coin a on a.id = r.coin_a_id join dim_coin b on b.id = r.coin_b_id;
comment on view market.correlations is 'Correlation of each pair of the largest coins, once per pair: coin_a_id < coin_b_id.';
comment on column market.correlations.coin_a_id is 'market.coins.coin_id of the first coin.';
comment on column market.correlations.coingecko_id_a is 'CoinGecko id of the first coin.';
comment on column market.correlations.coin_b_id is 'market.coins.coin_id of the second coin.';
comment on column market.correlations.coingecko_id_b is 'CoinGecko id of the second coin.';
comment on column market.correlations.period_days is 'Closed UTC days that count: 7, 30, 90, 180 or 365.';
comment on column market.correlations.correlation is 'Pearson correlation of daily returns, -1 to 1; null with too few days.';
comment on column market.correlations.observations is 'Days on which both coins have a return.';
comment on column market.correlations.as_of is 'The last of the days.';

create view market.volatility as
select v.coin_id, c.coingecko_id, c.symbol, v.period_days, v.volatility, v.volatility_annualized, v.max_drawdown, v.sharpe_ratio,
  v.sortino_ratio, v.calmar_ratio, v.beta_btc, v.correlation_btc, v.value_at_risk_95, v.period_return, v.cagr, v.best_day_return,
  v.best_day_date, v.worst_day_return, v.worst_day_date, v.observations, v.as_of
from analytics_volatility v join dim_coin c on c.id = v.coin_id;
comment on view market.volatility is 'Risk and return of each coin per period. Null: too few observations.';
comment on column market.volatility.coin_id is 'market.coins.coin_id.';
comment on column market.volatility.coingecko_id is 'market.coins.coingecko_id.';
comment on column market.volatility.symbol is 'market.coins.symbol.';
comment on column market.volatility.period_days is 'Closed UTC days that count: 7, 30, 90, 180 or 365.';
comment on column market.volatility.volatility is 'Sample standard deviation of the daily returns, a fraction.';
comment on column market.volatility.volatility_annualized is 'volatility * sqrt(365), a fraction.';
comment on column market.volatility.max_drawdown is 'Largest decline of the close from an earlier peak, a positive fraction.';
comment on column market.volatility.sharpe_ratio is 'Annualized return over the risk-free rate per annualized volatility.';
comment on column market.volatility.sortino_ratio is 'As sharpe_ratio, over the downside deviation.';
comment on column market.volatility.calmar_ratio is 'cagr / max_drawdown.';
comment on column market.volatility.beta_btc is 'Slope of the returns on those of Bitcoin.';
comment on column market.volatility.correlation_btc is 'Pearson correlation with Bitcoin, -1 to 1.';
comment on column market.volatility.value_at_risk_95 is 'Loss that one day in 20 reaches or passes, a fraction.';
comment on column market.volatility.period_return is 'Last close / first close - 1, a fraction.';
comment on column market.volatility.cagr is 'Compound annual growth rate, a fraction; null below 90 days.';
comment on column market.volatility.best_day_return is 'Highest daily return, a fraction.';
comment on column market.volatility.best_day_date is 'UTC day of the highest daily return.';
comment on column market.volatility.worst_day_return is 'Lowest daily return, a fraction.';
comment on column market.volatility.worst_day_date is 'UTC day of the lowest daily return.';
comment on column market.volatility.observations is 'Daily returns in the period.';
comment on column market.volatility.as_of is 'The last of the days.';

create view market.runs as
select id as run_id, job_id, status, trigger, attempt, start_time, end_time,
  extract(epoch from end_time - start_time)::float8 as duration_seconds, records_read, records_processed, records_rejected, error
from pipeline_runs;
comment on view market.runs is 'Runs of the pipeline jobs.';
comment on column market.runs.run_id is 'Number of the run.';
comment on column market.runs.job_id is 'Job, such as ingest_market_data.';
comment on column market.runs.status is 'running, success, failed, skipped, abandoned or cancelled.';
comment on column market.runs.trigger is 'Why it started.';
comment on column market.runs.attempt is '1, or the number of the retry.';
comment on column market.runs.start_time is 'Start, UTC.';
comment on column market.runs.end_time is 'End, UTC; null while it runs.';
comment on column market.runs.duration_seconds is 'Seconds; null while it runs.';
comment on column market.runs.records_read is 'Rows read; null while unknown.';
comment on column market.runs.records_processed is 'Rows written; null while unknown.';
comment on column market.runs.records_rejected is 'Rows rejected; null while unknown.';
comment on column market.runs.error is 'Why it failed; null otherwise.';

create view market.checks as
select id as check_id, check_name, table_name, status, dimension, severity, executed_at, rows_checked, observed, warning_above,
  failed_above, duration_ms
from data_quality_checks;
comment on view market.checks is 'Results of the data quality checks.';
comment on column market.checks.check_id is 'Number of the result.';
comment on column market.checks.check_name is 'Check, such as freshness.';
comment on column market.checks.table_name is 'Table that was checked.';
comment on column market.checks.status is 'passed, warning, failed, error or no_data.';
comment on column market.checks.dimension is 'Dimension of quality, such as completeness.';
comment on column market.checks.severity is 'critical, major or minor.';
comment on column market.checks.executed_at is 'Time of the check, UTC.';
comment on column market.checks.rows_checked is 'Rows checked.';
comment on column market.checks.observed is 'What the check counts or measures.';
comment on column market.checks.warning_above is 'Threshold at check time; null: never.';
comment on column market.checks.failed_above is 'Threshold at check time; null: never.';
comment on column market.checks.duration_ms is 'Milliseconds.';
