-- Queries of a short time over all coins, such as those of the quality checks, no longer look up each coin in the key.
-- Snapshots are stored in the order of time, so an index of the range of each 32 pages suffices: 1 byte for 60 facts.
-- PostgreSQL before 18 has had an index on timestamp since 0001.
do $$ begin
  if current_setting('server_version_num')::int >= 180000 then
    create index fact_market_data_time_idx on fact_market_data using brin (timestamp)
      with (pages_per_range = 32, autosummarize = on);
  end if;
end $$;
