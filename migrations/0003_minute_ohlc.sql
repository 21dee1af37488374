-- Minute bars of the live stream. A partition holds one UTC day.

create table fact_minute_ohlc (
  coin_id int not null references dim_coin (id),
  minute timestamptz not null check (date_bin('1 minute', minute, timestamptz '2000-01-01 00:00:00+00') = minute),
  open double precision not null check (open > 0 and abs(open) < 'Infinity'),
  high double precision not null check (high > 0 and abs(high) < 'Infinity'),
  low double precision not null check (low > 0 and abs(low) < 'Infinity'),
  close double precision not null check (close > 0 and abs(close) < 'Infinity'),
  ticks int not null check (ticks > 0),
  primary key (coin_id, minute)
) partition by range (minute);
select place_table('fact_minute_ohlc', 'coin_id');
comment on table fact_minute_ohlc is 'Minute bars in USD, from the ticks of the live stream; partitioned by day, kept for RETAIN_MINUTE_DAYS.';
comment on column fact_minute_ohlc.minute is 'When the minute begins, by the clock of the feed, or by ours when the feed sends none.';
comment on column fact_minute_ohlc.open is 'USD: the earliest price of the minute.';
comment on column fact_minute_ohlc.high is 'USD: the highest price of the minute.';
comment on column fact_minute_ohlc.low is 'USD: the lowest price of the minute.';
comment on column fact_minute_ohlc.close is 'USD: the latest price of the minute.';
comment on column fact_minute_ohlc.ticks is 'Prices that made the bar.';
