-- The comments of columns in the terms of the API.

comment on column analytics_correlation.correlation is 'Pearson correlation, -1 to 1, of simple daily returns over the days on which both coins have one; null with too few of these days, or when a price is constant.';
comment on column analytics_volatility.max_drawdown is 'Largest decline of the close from an earlier peak, a positive fraction.';

comment on column audit_log.actor_id is 'users.id of the account that performed the action; null: not signed in, or the command line.';
comment on column audit_log.user_id is 'users.id of the account that the action affects.';
comment on column audit_log.network is 'Network of the request, to the /24 (IPv4) or /48 (IPv6).';

comment on column data_quality_checks.status is 'passed, warning, failed; error: the check failed to run; no_data: there were no rows to check.';
comment on column data_quality_checks.details is 'samples: up to 20 rows that broke the rule; error: why the check failed to run.';
comment on column data_quality_checks.executed_at is 'Time of the check. It reads the rows up to this time.';
comment on column data_quality_checks.rows_checked is 'Rows checked. A check without rows never passes. Null in results from before this column, like observed and the thresholds.';
comment on column data_quality_checks.warning_above is 'Threshold at check time; null: never.';
comment on column data_quality_checks.failed_above is 'Threshold at check time; null: never.';

comment on column quality_incidents.status is 'Newest result of the check.';
comment on column quality_incidents.failures is 'Results failed or error since it opened.';
comment on column quality_incidents.passes is 'Consecutive passes; at 2 it resolves.';
comment on column quality_incidents.observed is 'Observed value of the newest failure, like details.';
comment on column quality_incidents.parent_id is 'The open incident that causes this one, which is then listed only as part of it.';

comment on column dim_coin.kind is 'coin, stablecoin, wrapped or staked; set by server/sources/id-map.ts.';
comment on column dim_coin.first_seen_at is 'Time of the first snapshot with the coin.';
comment on column dim_coin.last_seen_at is 'Time of the snapshot with which the coin last entered or left the tracked universe.';
comment on column dim_coin.successor_id is 'The coin that replaced it: listed since it left, with the same symbol and name and nearly the same price. Null when unknown or tracked.';
comment on column dim_coin.underlying is 'CoinGecko id of the asset behind a wrapped, staked or bridged coin, gold for tokenized gold; null for an independent asset. Set by server/sources/id-map.ts with each snapshot.';

comment on column fact_daily_ohlcv.open is 'USD: the price at D 00:00, otherwise the first of the day.';
comment on column fact_daily_ohlcv.close is 'USD: the price at D+1 00:00, otherwise the last of the day.';
comment on column fact_daily_ohlcv.volume is 'USD: the rolling 24h volume at the close, otherwise the last known of the day.';
comment on column fact_daily_ohlcv.samples is 'Facts in the candle.';
comment on column fact_daily_ohlcv.close_at is 'When the close was observed. Analytics use the close only within 1 hour of the end of the day; null: unknown.';
comment on column fact_daily_ohlcv.granularity is 'The coarsest grid of the facts in the candle; null: unknown.';

comment on column fact_market_data.timestamp is 'Time of the snapshot (every 10 minutes), or a point on the grid of the history. A price at midnight closes one day and opens the next.';
comment on column fact_market_data.source_updated_at is 'When CoinGecko last updated the price, by its clock; null in history.';

comment on column fact_minute_ohlc.minute is 'Start of the minute, by the clock of the source, or by ours when the source sends no time.';
comment on column fact_minute_ohlc.ticks is 'Ticks in the candle.';

comment on column login_throttle.key is 'Keyed hash of an email, an address or both, from which neither can be read.';
comment on column login_throttle.level is 'Attempts as of updated_at. They expire one by one.';
comment on column login_throttle.user_id is 'The account that has signed in from this address before; null: a counter.';

comment on column pipeline_jobs.grace_seconds is 'How long after its scheduled time a job counts as late without a success.';
comment on column pipeline_jobs.retry_at is 'Time of the pending retry; null: none. Any other run of the job replaces it.';
comment on column pipeline_jobs.retry_attempt is 'Attempt number of the retry.';
comment on column pipeline_jobs.retry_chain is 'The triggered jobs run after the retry, as at startup.';

comment on column pipeline_runs.records_processed is 'Rows written. A success has at least one.';
comment on column pipeline_runs.details is 'Report of the job, such as progress, or why there was nothing to do.';
comment on column pipeline_runs.heartbeat_at is 'Last heartbeat of the worker. A running run without one for 12 s is abandoned.';
comment on column pipeline_runs.queue_id is 'The queued job of this run; null for a run from the command line.';

comment on column sessions.idle_expires_at is 'End of the session unless it is extended, up to expires_at: 24 hours after sign-in or POST /auth/refresh, 7 days after a request with its cookie (to 5 minutes).';
comment on column sessions.expires_at is 'Latest end of the session: 30 days after created_at.';
comment on column sessions.network is 'Network that opened it, to the /24 (IPv4) or /48 (IPv6); null: unknown.';
comment on column sessions.client is 'Client that opened it, as named by server/accounts/client-name.ts; null: unknown.';

comment on column users.email is 'Normalized by server/accounts/identity.ts: NFKC, trimmed, lower case.';
comment on column watchlist.coin_id is 'dim_coin.id, looked up when it is added. It needs no foreign key, because coins are never deleted.';
