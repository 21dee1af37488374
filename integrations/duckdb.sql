-- DuckDB reads the views of a running CryptoFlow (SQL_PORT=5433) and the files of `npx cryptoflow export`.
install postgres;
load postgres;
attach 'host=127.0.0.1 port=5433 user=reader dbname=cryptoflow' as cryptoflow (type postgres, read_only, schema 'market');
select coingecko_id, max(close) from cryptoflow.market.daily group by 1 order by 2 desc limit 5;

select month, count(*) from read_parquet('lake/fact_daily_ohlcv/*/*.parquet', hive_partitioning = true) group by 1 order by 1;
