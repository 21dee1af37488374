-- What a currency is worth in US dollars, from the exchange rates of CoinGecko.

create table dim_currency (
  code text primary key check (code ~ '^[a-z0-9-]{2,20}$'),
  name text not null check (name <> ''),
  unit text not null check (unit <> ''),
  type text not null check (type in ('fiat', 'crypto', 'commodity')),
  updated_at timestamptz not null
);
select place_table('dim_currency', 'reference');
comment on table dim_currency is 'The currencies of CoinGecko''s /exchange_rates; written by ingest_market_data.';
comment on column dim_currency.code is 'Lower case, from CoinGecko: usd, eur, btc, xau.';
comment on column dim_currency.name is 'From CoinGecko.';
comment on column dim_currency.unit is 'Symbol or code shown with an amount, from CoinGecko: $, €, BTC.';
comment on column dim_currency.type is 'fiat, crypto or commodity, from CoinGecko.';
comment on column dim_currency.updated_at is 'When name, unit or type last changed.';

create table fact_exchange_rate (
  currency text not null references dim_currency (code),
  timestamp timestamptz not null,
  units_per_btc double precision not null check (units_per_btc > 0 and units_per_btc < 'Infinity'),
  usd_rate double precision not null check (usd_rate > 0 and usd_rate < 'Infinity'),
  primary key (currency, timestamp)
);
select place_table('fact_exchange_rate', 'reference');
comment on table fact_exchange_rate is 'Exchange rates, hourly; written by ingest_market_data. Prices in BTC and ETH use the facts of these coins instead.';
comment on column fact_exchange_rate.timestamp is 'Tick of the snapshot with which the rates were fetched, UTC.';
comment on column fact_exchange_rate.units_per_btc is 'Value of 1 BTC in units of the currency, from CoinGecko.';
comment on column fact_exchange_rate.usd_rate is 'US dollars per unit of the currency: units_per_btc of usd / units_per_btc.';
