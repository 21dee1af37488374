-- A day includes both of its midnights (contract/day.ts). All candles are rebuilt from their facts by the next
-- transform_aggregates, and the analytics after it.

-- The finest grid. A new value can be used from the next transaction on: see 0014.
alter type granularity add value if not exists '5min';
comment on column fact_market_data.granularity is
  '10min: snapshot; 5min, hourly, daily: history on the grid of its source. Ordered from coarse to fine.';
comment on column fact_market_data.timestamp is
  'The tick (10 minutes) of a snapshot, or the grid instant of a historical point: a price at midnight closes one day and opens the next.';

alter table fact_daily_ohlcv
  add column close_at timestamptz,
  add column granularity granularity;
comment on table fact_daily_ohlcv is
  'Daily candles in USD of the UTC days [D 00:00, D+1 00:00], both ends included, from fact_market_data; defined in contract/day.ts.';
comment on column fact_daily_ohlcv.open is 'USD: the observation at D 00:00, else the first of the day.';
comment on column fact_daily_ohlcv.high is 'USD: the highest price of the day, both midnights included.';
comment on column fact_daily_ohlcv.low is 'USD: the lowest price of the day, both midnights included.';
comment on column fact_daily_ohlcv.close is 'USD: the observation at D+1 00:00, else the last of the day.';
comment on column fact_daily_ohlcv.volume is 'USD: the rolling 24h volume at the close, else the last known of the day.';
comment on column fact_daily_ohlcv.close_at is
  'When the close was observed. Analytics use the close only within 1 hour of the end of the day; null: not known.';
comment on column fact_daily_ohlcv.granularity is 'The coarsest grid of the observations used; null: not known.';
comment on column fact_daily_ohlcv.samples is 'How many observations made the candle.';
comment on table stale_candle is
  'Coins and UTC days whose facts changed since their candle was made; marked in the transaction of the change. A fact at midnight marks two days.';

-- Candles whose facts were dropped cannot be rebuilt: where the next day opened at midnight, its open is their close.
-- 1, 24 and 144 observations are whole days of the daily, hourly and 10-minute grids.
update fact_daily_ohlcv c set close = n.open, high = greatest(c.high, n.open), low = least(c.low, n.open),
  close_at = n.date::timestamp at time zone 'UTC'
from fact_daily_ohlcv n
where n.coin_id = c.coin_id and n.date = c.date + 1
  and (n.samples in (24, 144) or n.samples = 1 and c.samples = 1);

insert into stale_candle (coin_id, date)
select coin_id, date - back
from (select coin_id, date from fact_daily_ohlcv union select coin_id, date from stale_candle) day, generate_series(0, 1) back
group by 1, 2
on conflict do nothing;
