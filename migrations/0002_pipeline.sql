-- Runs that can be lost, cancelled and read; history that knows what it covers; candles that know when they are stale.

alter table pipeline_runs drop constraint pipeline_runs_status_check;
alter table pipeline_runs add constraint pipeline_runs_status_check
  check (status in ('running', 'success', 'failed', 'skipped', 'abandoned', 'cancelled'));
alter table pipeline_runs add column heartbeat_at timestamptz not null default now();
alter table pipeline_runs add column queue_id uuid;
alter table pipeline_runs add column log jsonb not null default '[]';
update pipeline_runs set status = 'abandoned', end_time = now(), error = 'the process that ran it ended'
where status = 'running';
create unique index pipeline_runs_running_idx on pipeline_runs (job_id) where status = 'running';
comment on index pipeline_runs_running_idx is 'One run of a job at a time, over all workers: whoever inserts the row has the job.';
comment on column pipeline_runs.heartbeat_at is 'The last sign of life of the worker; a running run without one for 12 s is lost.';
comment on column pipeline_runs.queue_id is 'The queued job that this run is an attempt of; null for a run from the command line.';
comment on column pipeline_runs.log is 'The log lines of the run: the first 50 and the last 150.';
comment on column pipeline_runs.details is 'What the job has to say: tick, progress, why it was skipped, next_attempt_at.';

create table pipeline_jobs (
  job_id text primary key,
  position int not null,
  cron text not null,
  timeout_seconds int not null check (timeout_seconds > 0),
  grace_seconds int not null check (grace_seconds > 0),
  next_run_at timestamptz not null
);
select place_table('pipeline_jobs', 'local');
comment on table pipeline_jobs is 'The schedule as the workers have it (server/jobs/schedule.ts), for whoever judges their health.';
comment on column pipeline_jobs.cron is 'UTC.';
comment on column pipeline_jobs.grace_seconds is 'How long after next_run_at a job may begin before it is late.';

-- From coarse to fine, so that a comparison tells which of two is the better reading.
create type granularity as enum ('daily', 'hourly', '10min');

create table history_coverage (
  coin_id int not null references dim_coin (id),
  granularity granularity not null,
  covered_from timestamptz not null,
  covered_to timestamptz not null,
  updated_at timestamptz not null default now(),
  primary key (coin_id, granularity),
  check (covered_from <= covered_to)
);
select place_table('history_coverage', 'coin_id');
comment on table history_coverage is 'From when to when the warehouse holds all that the upstream has of a coin; a hole inside is one upstream too.';

create table stale_candle (
  coin_id int not null references dim_coin (id),
  date date not null,
  primary key (coin_id, date)
);
select place_table('stale_candle', 'coin_id');
comment on table stale_candle is 'Coins and UTC days whose facts changed since their candle was made; marked in the transaction of the change.';

-- The facts anew, leaner: the columns that every row has come first, what only the latest row is asked for is left to
-- latest_market_data, and the key's index is packed, since each coin's rows arrive in order.
do $$
declare part record;
begin
  for part in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'fact_market_data'::regclass
  loop
    execute format('alter table %I rename to %I', part.relname, 'old_' || part.relname);
    execute format('alter index %I rename to %I', part.relname || '_pkey', 'old_' || part.relname || '_pkey');
  end loop;
end $$;
alter table fact_market_data rename to old_fact_market_data;
alter index fact_market_data_pkey rename to old_fact_market_data_pkey;
drop index if exists fact_market_data_timestamp_idx;

create table fact_market_data (
  timestamp timestamptz not null,
  price_usd double precision not null check (price_usd > 0 and abs(price_usd) < 'Infinity'),
  coin_id int not null references dim_coin (id),
  date date not null generated always as ((timestamp at time zone 'UTC')::date) stored references dim_time (date),
  granularity granularity not null,
  market_cap_rank int check (market_cap_rank > 0),
  market_cap double precision check (market_cap > 0 and abs(market_cap) < 'Infinity'),
  volume double precision check (volume >= 0 and abs(volume) < 'Infinity'),
  circulating_supply double precision check (circulating_supply >= 0 and abs(circulating_supply) < 'Infinity'),
  source_updated_at timestamptz,
  price_change_1h_pct double precision check (abs(price_change_1h_pct) < 'Infinity'),
  price_change_24h_pct double precision check (abs(price_change_24h_pct) < 'Infinity'),
  price_change_7d_pct double precision check (abs(price_change_7d_pct) < 'Infinity'),
  primary key (coin_id, timestamp) with (fillfactor = 100)
) partition by range (timestamp);
select place_table('fact_market_data', 'coin_id');
create table fact_market_data_default partition of fact_market_data default;
comment on table fact_market_data is 'Market snapshots and history, one row per coin and instant; partitioned by month.';
comment on column fact_market_data.timestamp is 'The tick (10 minutes) of a snapshot, or the grid instant of a historical point.';
comment on column fact_market_data.date is 'UTC day of timestamp.';
comment on column fact_market_data.granularity is '10min: snapshot or 5-minute history; hourly, daily: coarser history.';
comment on column fact_market_data.price_usd is 'USD, from CoinGecko.';
comment on column fact_market_data.market_cap is 'USD, from CoinGecko; null when unknown (CoinGecko sends 0 or null).';
comment on column fact_market_data.volume is 'USD traded in the 24 h before, from CoinGecko.';
comment on column fact_market_data.price_change_24h_pct is 'Percent: 5.2 means 5.2 %, from CoinGecko; null in history.';
comment on column fact_market_data.circulating_supply is 'Units of the coin, from CoinGecko; null in history.';
comment on column fact_market_data.source_updated_at is 'When CoinGecko last updated the price; its clock; null in history.';
do $$
declare part record;
begin
  for part in select substr(c.relname, 5) as name, pg_get_expr(c.relpartbound, c.oid) as bound
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'old_fact_market_data'::regclass and c.relname ~ '_\d{4}_\d{2}$'
  loop
    execute format('create table %I partition of fact_market_data %s', part.name, part.bound);
  end loop;
  if current_setting('server_version_num')::int < 180000 then
    create index fact_market_data_timestamp_idx on fact_market_data (timestamp);
  end if;
end $$;
insert into fact_market_data (timestamp, price_usd, coin_id, granularity, market_cap_rank, market_cap, volume,
  circulating_supply, source_updated_at, price_change_1h_pct, price_change_24h_pct, price_change_7d_pct)
select timestamp, price_usd, coin_id, granularity::granularity, market_cap_rank, market_cap, volume,
  circulating_supply, source_updated_at, price_change_1h_pct, price_change_24h_pct, price_change_7d_pct
from old_fact_market_data;
drop table old_fact_market_data;
insert into stale_candle (coin_id, date) select distinct coin_id, date from fact_market_data;
