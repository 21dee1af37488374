-- Images of coins from the source, kept to be served from our own address.
create table coin_image (
  coin_id int primary key references dim_coin (id),
  image_url text not null,
  content_type text check (content_type in ('image/png', 'image/jpeg', 'image/webp', 'image/gif')),
  body bytea check (octet_length(body) between 1 and 524288),
  hash text check (hash ~ '^[A-Za-z0-9_-]{12}$'),
  fetched_at timestamptz,
  failures int not null default 0 check (failures >= 0),
  error text,
  retry_at timestamptz,
  check (num_nulls(content_type, body, hash, fetched_at) in (0, 4)),
  check ((failures = 0) = (error is null) and (failures = 0) = (retry_at is null)),
  check (failures > 0 or body is not null)
);
select place_table('coin_image', 'reference');
comment on table coin_image is 'The image of each coin from the source, checked. Only of the 1,000 largest coins without a packaged icon.';
comment on column coin_image.image_url is 'The address that was requested last: dim_coin.image_url at that time.';
comment on column coin_image.content_type is 'Told from the bytes, not from the response. Null, like body, hash and fetched_at, until a request succeeds.';
comment on column coin_image.body is 'The bytes of the last valid image, up to 512 kB.';
comment on column coin_image.hash is 'Start of the SHA-256 of body in base64url: the version in the address of the logo.';
comment on column coin_image.failures is 'Failed requests in a row for this image_url.';
comment on column coin_image.error is 'Why the last request failed; null when it succeeded.';
comment on column coin_image.retry_at is 'When a failed request is repeated; null after a success.';
