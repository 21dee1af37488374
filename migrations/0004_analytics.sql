-- Analytics as they are computed. Both tables are made anew: nothing has filled them before.

drop table analytics_correlation;
drop table analytics_volatility;

-- The coins are not looked up for each of up to 60 million rows: the run that writes them reads them from dim_coin, which
-- keeps every coin.
create table analytics_correlation (
  correlation double precision check (correlation between -1 and 1),
  coin_a_id int not null,
  coin_b_id int not null,
  period_days int not null check (period_days > 0),
  observations int not null check (observations >= 0),
  as_of date not null,
  primary key (coin_a_id, period_days, coin_b_id),
  check (coin_a_id < coin_b_id)
);
select place_table('analytics_correlation', 'coin_a_id');
create index analytics_correlation_b_idx on analytics_correlation (coin_b_id, period_days);
comment on table analytics_correlation is 'How the daily returns of two coins move together, once per pair, of the largest coins; made by compute_analytics.';
comment on column analytics_correlation.correlation is 'Pearson, -1 to 1, of simple daily returns over the days on which both coins have one; null when these are too few, or a coin does not move.';
comment on column analytics_correlation.period_days is 'Closed UTC days that count, as_of the last of them.';
comment on column analytics_correlation.observations is 'Days on which both coins have a return.';
comment on column analytics_correlation.as_of is 'The last closed UTC day when it was computed.';

create table analytics_volatility (
  coin_id int not null references dim_coin (id),
  period_days int not null check (period_days > 0),
  observations int not null check (observations >= 0),
  as_of date not null references dim_time (date),
  is_correlated boolean not null,
  volatility double precision check (volatility >= 0 and volatility < 'Infinity'),
  volatility_annualized double precision generated always as (volatility * sqrt(365::double precision)) stored,
  max_drawdown double precision check (max_drawdown between 0 and 1),
  sharpe_ratio double precision check (abs(sharpe_ratio) < 'Infinity'),
  sortino_ratio double precision check (abs(sortino_ratio) < 'Infinity'),
  calmar_ratio double precision check (abs(calmar_ratio) < 'Infinity'),
  beta_btc double precision check (abs(beta_btc) < 'Infinity'),
  correlation_btc double precision check (correlation_btc between -1 and 1),
  value_at_risk_95 double precision check (abs(value_at_risk_95) < 'Infinity'),
  best_day_return double precision check (abs(best_day_return) < 'Infinity'),
  best_day_date date,
  worst_day_return double precision check (abs(worst_day_return) < 'Infinity'),
  worst_day_date date,
  primary key (coin_id, period_days)
);
select place_table('analytics_volatility', 'coin_id');
comment on table analytics_volatility is 'Risk of each tracked coin over its last closed UTC days; made by compute_analytics. All figures are null when there are too few observations.';
comment on column analytics_volatility.period_days is 'Closed UTC days that count, as_of the last of them.';
comment on column analytics_volatility.observations is 'Simple daily returns: pairs of adjacent days that both have a close.';
comment on column analytics_volatility.as_of is 'The last closed UTC day when it was computed.';
comment on column analytics_volatility.is_correlated is 'Among the largest coins, those of analytics_correlation.';
comment on column analytics_volatility.volatility is 'Sample standard deviation of the daily returns, a fraction.';
comment on column analytics_volatility.volatility_annualized is 'volatility * sqrt(365), a fraction.';
comment on column analytics_volatility.max_drawdown is 'Largest fall of the close from a peak, a positive fraction.';
comment on column analytics_volatility.sharpe_ratio is '(mean return * 365 - risk-free rate) / volatility_annualized; null when volatility < 1e-9.';
comment on column analytics_volatility.sortino_ratio is 'As sharpe_ratio, over the downside deviation, sqrt(mean(min(return, 0)²) * 365); null when nothing fell.';
comment on column analytics_volatility.calmar_ratio is 'Annual return, (last / first close)^(365 / days) - 1, over max_drawdown; null when nothing fell.';
comment on column analytics_volatility.beta_btc is 'Slope of the returns on those of bitcoin, over the days on which both have one.';
comment on column analytics_volatility.correlation_btc is 'Pearson correlation with bitcoin, -1 to 1.';
comment on column analytics_volatility.value_at_risk_95 is 'Loss that one day in 20 reaches or passes: minus the 5 % quantile of the returns, a fraction.';
comment on column analytics_volatility.best_day_return is 'Highest daily return, a fraction.';
comment on column analytics_volatility.worst_day_return is 'Lowest daily return, a fraction.';

create table analytics_input (
  only_row boolean primary key default true check (only_row),
  fingerprint text not null,
  as_of date not null,
  computed_at timestamptz not null default now()
);
select place_table('analytics_input', 'local');
comment on table analytics_input is 'What the analytics were last computed from, in the transaction that wrote them: a run that finds the same has nothing to do.';
comment on column analytics_input.fingerprint is 'SHA-256 of the settings, coins and closes.';
