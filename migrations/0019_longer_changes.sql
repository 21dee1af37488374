-- The view of the latest rows gets the 30-day and 1-year changes, supplies, valuation and the all-time high.

drop materialized view mv_latest_market_data;
create materialized view mv_latest_market_data as
select c.id as coin_id, c.coingecko_id, c.symbol, c.name, c.image_url, c.kind, c.market_cap_rank, c.first_seen_at,
  l.timestamp, l.price_usd, l.market_cap, l.volume, l.high_24h, l.low_24h, l.price_change_1h_pct,
  l.price_change_24h_pct, l.price_change_7d_pct, l.market_cap_change_24h_pct, l.source_updated_at,
  case when l.timestamp < newest.tick - interval '24 hours' then l.timestamp
    when l.source_updated_at < l.timestamp - interval '24 hours' then l.source_updated_at end as stale_since,
  case when l.timestamp < newest.tick - interval '24 hours' then 'missing'
    when l.source_updated_at < l.timestamp - interval '24 hours' then 'frozen' end as stale_reason,
  case when l.price_usd between 1e-18 and 1e12 and m.close between 1e-18 and 1e12
    then (l.price_usd / m.close - 1) * 100 end as price_change_30d_pct,
  case when l.price_usd between 1e-18 and 1e12 and y.close between 1e-18 and 1e12
    then (l.price_usd / y.close - 1) * 100 end as price_change_1y_pct,
  l.circulating_supply, l.fully_diluted_valuation, c.total_supply, c.max_supply, c.ath, c.ath_date,
  case when l.price_usd between 1e-18 and 1e12 and c.ath between 1e-18 and 1e12
    then (l.price_usd / c.ath - 1) * 100 end as ath_change_pct
from dim_coin c join latest_market_data l on l.coin_id = c.id
  cross join (select max(timestamp) as tick from latest_market_data) newest
  left join fact_daily_ohlcv m on m.coin_id = l.coin_id
    and m.date = ((l.timestamp at time zone 'UTC') - interval '30 days 12 hours')::date
    and m.close_at between ((m.date + 1)::timestamp at time zone 'UTC') - interval '1 hour'
      and ((m.date + 1)::timestamp at time zone 'UTC') + interval '1 hour'
  left join fact_daily_ohlcv y on y.coin_id = l.coin_id
    and y.date = ((l.timestamp at time zone 'UTC') - interval '365 days 12 hours')::date
    and y.close_at between ((y.date + 1)::timestamp at time zone 'UTC') - interval '1 hour'
      and ((y.date + 1)::timestamp at time zone 'UTC') + interval '1 hour'
where c.is_tracked;
create unique index mv_latest_market_data_coin_idx on mv_latest_market_data (coin_id);
create index mv_latest_market_data_rank_idx on mv_latest_market_data (market_cap_rank);
comment on materialized view mv_latest_market_data is 'Latest row of each tracked coin; refreshed at the end of each ingest.';
comment on column mv_latest_market_data.stale_since is 'Instant of the newest row, or of the newest price by the clock of the source; null when neither is older than 24 h.';
comment on column mv_latest_market_data.stale_reason is 'missing: no row for 24 h before the newest snapshot, so the coin is in no total; frozen: CoinGecko has not updated the price for 24 h.';
comment on column mv_latest_market_data.price_change_30d_pct is 'Percent: price against the daily close at the UTC midnight nearest to 30 days before; null without that close.';
comment on column mv_latest_market_data.price_change_1y_pct is 'Percent: price against the daily close at the UTC midnight nearest to 365 days before; null without that close.';
comment on column mv_latest_market_data.ath_change_pct is 'Percent: price against the all-time high.';
