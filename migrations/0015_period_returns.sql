-- Annualized figures need at least 30 daily returns, growth a period of at least 90 days: the job decides, so
-- volatility_annualized is no longer generated.

alter table analytics_volatility
  drop column volatility_annualized,
  add column volatility_annualized double precision check (volatility_annualized >= 0 and volatility_annualized < 'Infinity'),
  add column period_return double precision check (abs(period_return) < 'Infinity'),
  add column cagr double precision check (abs(cagr) < 'Infinity');
comment on table analytics_volatility is 'Return and risk of each tracked coin over its last closed UTC days; made by compute_analytics. All figures are null when there are fewer observations than 80 % of the period, or than 5.';
comment on column analytics_volatility.volatility_annualized is 'Annualized volatility, volatility * sqrt(365), a fraction; null with fewer than 30 observations.';
comment on column analytics_volatility.period_return is 'Return of the period, last / first close - 1, a fraction.';
comment on column analytics_volatility.cagr is 'Compound annual growth rate, (last / first close)^(365 / days between them) - 1, a fraction; null when period_days < 90.';
comment on column analytics_volatility.sharpe_ratio is '(mean return * 365 - risk-free rate) / volatility_annualized; null with fewer than 30 observations, or when volatility < 1e-9.';
comment on column analytics_volatility.sortino_ratio is 'As sharpe_ratio, over the downside deviation, sqrt(mean(min(return, 0)²) * 365); null with fewer than 30 observations, or when nothing fell.';
comment on column analytics_volatility.calmar_ratio is 'cagr / max_drawdown; null when period_days < 90, or when nothing fell.';

alter table dim_coin add column underlying text;
comment on column dim_coin.underlying is 'CoinGecko id of the asset that the coin is a wrapped, staked or bridged form of, gold for tokenized gold; null for an asset of its own; told by server/sources/id-map.ts with each snapshot.';

-- The next run of compute_analytics finds other input than this, and computes everything again.
update analytics_input set fingerprint = 'before migration 0015';
