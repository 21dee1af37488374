-- What the page of a coin tells about it, fetched when someone opens the page.

create table coin_details (
  coin_id int primary key references dim_coin (id),
  description text,
  links jsonb not null,
  categories text[] not null,
  markets jsonb not null,
  fetched_at timestamptz not null
);
select place_table('coin_details', 'reference');
comment on table coin_details is 'Description, links, categories and markets of coins, from CoinGecko''s /coins/{id}; fetched on request, kept for a week.';
comment on column coin_details.description is 'Plain English text, paragraphs separated by an empty line, from CoinGecko; null: none.';
comment on column coin_details.links is 'Array of {label, url}, from CoinGecko.';
comment on column coin_details.categories is 'Names of categories, from CoinGecko.';
comment on column coin_details.markets is 'Up to 20 markets by volume, an array of {exchange, pair, price_usd, volume_usd, url}: last price in USD and volume of 24 h in USD, from CoinGecko.';
comment on column coin_details.fetched_at is 'When CoinGecko was asked, UTC.';
