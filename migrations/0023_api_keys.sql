-- API keys: what a program sends instead of a session.

create table api_keys (
  id uuid primary key default gen_random_uuid(),
  user_id int not null references users (id) on delete cascade,
  name text not null check (length(name) between 1 and 80),
  prefix text not null check (length(prefix) = 11),
  key_hash bytea not null unique check (length(key_hash) = 32),
  scopes text[] not null check (cardinality(scopes) > 0 and scopes <@ '{read,export,sql,jobs}'),
  requests_per_minute int check (requests_per_minute > 0),
  created_at timestamptz not null default now(),
  last_used_at timestamptz
);
select place_table('api_keys', 'local');
create index api_keys_user_idx on api_keys (user_id);
comment on table api_keys is 'API keys. Revoking a key deletes its row, and the next request with it is refused.';
comment on column api_keys.user_id is 'users.id of the owner. A key never does more than its owner may.';
comment on column api_keys.prefix is 'First 11 characters of the key, to recognize it.';
comment on column api_keys.key_hash is 'SHA-256 of the key, which has 256 random bits.';
comment on column api_keys.scopes is 'What the key may do: read, export, sql, jobs.';
comment on column api_keys.requests_per_minute is 'Requests per minute in each process. Null: only the limit per address applies.';
comment on column api_keys.last_used_at is 'Last request with the key, to 1 minute. Null: never used.';
