-- The latest rows say of each coin since when its figures are old, and why.

drop materialized view mv_latest_market_data;
create materialized view mv_latest_market_data as
select c.id as coin_id, c.coingecko_id, c.symbol, c.name, c.image_url, c.kind, c.market_cap_rank, c.first_seen_at,
  l.timestamp, l.price_usd, l.market_cap, l.volume, l.high_24h, l.low_24h, l.price_change_1h_pct,
  l.price_change_24h_pct, l.price_change_7d_pct, l.market_cap_change_24h_pct, l.source_updated_at,
  case when l.timestamp < newest.tick - interval '24 hours' then l.timestamp
    when l.source_updated_at < l.timestamp - interval '24 hours' then l.source_updated_at end as stale_since,
  case when l.timestamp < newest.tick - interval '24 hours' then 'missing'
    when l.source_updated_at < l.timestamp - interval '24 hours' then 'frozen' end as stale_reason
from dim_coin c join latest_market_data l on l.coin_id = c.id
  cross join (select max(timestamp) as tick from latest_market_data) newest
where c.is_tracked;
create unique index mv_latest_market_data_coin_idx on mv_latest_market_data (coin_id);
create index mv_latest_market_data_rank_idx on mv_latest_market_data (market_cap_rank);
comment on materialized view mv_latest_market_data is 'Latest row of each tracked coin; refreshed at the end of each ingest.';
comment on column mv_latest_market_data.stale_since is 'Instant of the newest row, or of the newest price by the clock of the source; null when neither is older than 24 h.';
comment on column mv_latest_market_data.stale_reason is 'missing: no row for 24 h before the newest snapshot, so the coin is in no total; frozen: CoinGecko has not updated the price for 24 h.';
