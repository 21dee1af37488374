import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { createTestDatabase, quietLog, type TestDatabase } from '../../test/database.ts'
import { applyMigrations, migrationNames } from '../../test/older-warehouse.ts'
import { readSchema, schemaFile } from '../../test/schema-text.ts'
import { claimMode } from './info.ts'
import { migrate } from './migrate.ts'
import { dropPartitionsBefore, ensurePartitions } from './partitions.ts'

let database: TestDatabase
before(async () => {
  database = await createTestDatabase()
  await database.pool.query(`insert into dim_coin (coingecko_id, symbol, name, first_seen_at, last_seen_at)
    values ('bitcoin', 'btc', 'Bitcoin', now(), now()), ('ethereum', 'eth', 'Ethereum', now(), now())`)
})
after(() => database.drop())

const insertFact = (column: string, value: string, timestamp = '2026-11-24T00:10:00Z') => {
  const columns = column === 'price_usd' ? ['price_usd'] : ['price_usd', column]
  const values = column === 'price_usd' ? [value] : ['1', value]
  return database.pool.query(
    `insert into fact_market_data (coin_id, timestamp, granularity, ${columns.join(', ')}) values (1, $1, '10min', ${values.map((v) => `${v}`).join(', ')})`,
    [timestamp],
  )
}

test('facts reject NaN, infinities and prices that are not positive', async () => {
  for (const value of ["'NaN'", "'Infinity'", "'-Infinity'", '0', '-1', 'null'])
    await assert.rejects(insertFact('price_usd', value), /23514|23502|violates/, value)
  for (const column of ['market_cap', 'volume', 'price_change_24h_pct', 'circulating_supply'])
    for (const value of ["'NaN'", "'Infinity'"])
      await assert.rejects(insertFact(column, value), { code: '23514' }, `${column} ${value}`)
  for (const column of ['market_cap', 'volume', 'circulating_supply'])
    await assert.rejects(insertFact(column, '-1'), { code: '23514' })
})

test('tiny and large prices are exact, and the day is the UTC day', async () => {
  const prices = [1e-9, 5.6366e-11, 103461.23456789, Number.MIN_VALUE, 1.7e308]
  for (const [index, price] of prices.entries())
    await insertFact('price_usd', String(price), `2026-11-24T23:5${index}:00Z`)
  const { rows } = await database.pool.query(
    'select price_usd, date, timestamp from fact_market_data order by timestamp',
  )
  assert.deepEqual(
    rows.map((row) => row.price_usd),
    prices,
  )
  assert.deepEqual([rows[0].date, rows[0].timestamp], ['2026-11-24', '2026-11-24T23:50:00Z'])
})

test('a fact needs its coin and its day, and exists once per coin and instant', async () => {
  const insert = `insert into fact_market_data (coin_id, timestamp, granularity, price_usd) values ($1, $2, '10min', 1)`
  await assert.rejects(database.pool.query(insert, [999, '2026-11-24T01:00:00Z']), { code: '23503' })
  await assert.rejects(database.pool.query(insert, [1, '2150-01-01T00:00:00Z']), { code: '23503' })
  await database.pool.query(insert, [2, '2026-11-24T01:00:00Z'])
  await assert.rejects(database.pool.query(insert, [2, '2026-11-24T01:00:00Z']), { code: '23505' })
})

test('the calendar is ISO and complete', async () => {
  const { rows } = await database.pool.query(`select count(*)::int as days, (max(date) - min(date) + 1) as span,
    bool_and(is_weekend = (day_of_week in (6, 7))) as weekends from dim_time`)
  assert.equal(rows[0].days, rows[0].span)
  assert.equal(rows[0].weekends, true)
  const day = await database.pool.query(
    `select year, quarter, month, week, day_of_week, is_weekend from dim_time where date = '2026-01-04'`,
  )
  assert.deepEqual(day.rows[0], { year: 2026, quarter: 1, month: 1, week: 1, day_of_week: 7, is_weekend: true })
})

test('a run without written rows cannot be a success, and an ended run is not running', async () => {
  const insert = (columns: string, values: string) =>
    database.pool.query(`insert into pipeline_runs (job_id, trigger, ${columns}) values ('x', 'manual', ${values})`)
  await assert.rejects(insert('status, end_time, records_processed', `'success', now(), 0`), { code: '23514' })
  await assert.rejects(insert('status', `'failed'`), { code: '23514' })
  await assert.rejects(insert('status, end_time', `'running', now()`), { code: '23514' })
})

test('correlations are stored once per pair', async () => {
  const insert = `insert into analytics_correlation (coin_a_id, coin_b_id, period_days, correlation, observations, as_of)
    values ($1, $2, 30, 0.5, 29, '2026-11-23')`
  await database.pool.query(insert, [1, 2])
  await assert.rejects(database.pool.query(insert, [2, 1]), { code: '23514' })
})

test('analytics reject NaN, infinities and values out of bounds', async () => {
  const insert = (table: string, columns: string, values: string) =>
    database.pool.query(`insert into ${table} (${columns}) values (${values})`)
  for (const value of ["'NaN'", "'Infinity'", "'-Infinity'", '1.001', '-1.001'])
    await assert.rejects(
      insert(
        'analytics_correlation',
        'coin_a_id, coin_b_id, period_days, correlation, observations, as_of',
        `1, 2, 7, ${value}, 6, '2026-11-23'`,
      ),
      { code: '23514' },
      value,
    )
  for (const column of [
    'volatility',
    'max_drawdown',
    'sharpe_ratio',
    'sortino_ratio',
    'calmar_ratio',
    'beta_btc',
    'correlation_btc',
    'value_at_risk_95',
    'best_day_return',
    'worst_day_return',
  ])
    for (const value of ["'NaN'", "'Infinity'", "'-Infinity'"])
      await assert.rejects(
        insert(
          'analytics_volatility',
          `coin_id, period_days, is_correlated, observations, as_of, ${column}`,
          `1, 7, true, 6, '2026-11-23', ${value}`,
        ),
        { code: '23514' },
        `${column} ${value}`,
      )
})

test('partitions are created once, hold their month and are dropped whole', async () => {
  const from = new Date('2024-11-15T00:00:00Z')
  const to = new Date('2025-01-01T00:00:00Z')
  const made = await Promise.all([
    ensurePartitions(database.pool, { from, to }),
    ensurePartitions(database.pool, { from, to }),
  ])
  assert.deepEqual(made.flat().sort(), [
    'fact_market_data_2024_11',
    'fact_market_data_2024_12',
    'fact_market_data_2025_01',
  ])
  await insertFact('price_usd', '5', '2024-12-31T23:59:59Z')
  const { rows } = await database.pool.query('select timestamp from fact_market_data_2024_12')
  assert.deepEqual(rows, [{ timestamp: '2024-12-31T23:59:59Z' }])
  assert.deepEqual(await dropPartitionsBefore(database.pool, to, async () => true), [
    'fact_market_data_2024_11',
    'fact_market_data_2024_12',
  ])
  const { rows: left } = await database.pool.query(`select 1 from fact_market_data where timestamp < '2025-01-01+00'`)
  assert.equal(left.length, 0)
})

test('every column with a unit has a comment that names it', async () => {
  const { rows } =
    await database.pool.query(`select c.relname || '.' || a.attname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relname in ('fact_market_data', 'dim_coin', 'analytics_volatility', 'analytics_correlation') and a.attnum > 0 and col_description(c.oid, a.attnum) is not null`)
  const described = rows.map((row) => row.name)
  for (const name of [
    'fact_market_data.price_usd',
    'fact_market_data.volume',
    'fact_market_data.market_cap',
    'dim_coin.ath',
    'dim_coin.max_supply',
    'analytics_volatility.volatility',
    'analytics_volatility.max_drawdown',
    'analytics_volatility.value_at_risk_95',
    'analytics_correlation.correlation',
  ])
    assert.ok(described.includes(name), name)
})

test('concurrent processes migrate once, and a changed or unknown migration is rejected', async (t) => {
  const empty = await createTestDatabase({ empty: true })
  t.after(empty.drop)
  const applied = await Promise.all([1, 2, 3].map(() => migrate(empty.pool, quietLog)))
  assert.deepEqual(applied.flat(), migrationNames)
  await empty.pool.query(`update schema_migrations set checksum = 'other' where name like '0001%'`)
  await assert.rejects(migrate(empty.pool, quietLog), /changed after it was applied/)
  await empty.pool.query(`update schema_migrations set name = '9999_future.sql' where name like '0001%'`)
  await assert.rejects(migrate(empty.pool, quietLog), /Update CryptoFlow/)
})

test('the pipeline migration keeps facts, partitions and running runs of an older warehouse', async (t) => {
  const old = await createTestDatabase({ empty: true })
  t.after(old.drop)
  const { pool } = old
  await applyMigrations(pool, { end: '0002' })
  await pool.query(`
    create table fact_market_data_2026_11 partition of fact_market_data
      for values from ('2026-11-01 00:00:00+00') to ('2026-12-01 00:00:00+00')`)
  await pool.query(`
    insert into dim_coin (coingecko_id, symbol, name, first_seen_at, last_seen_at)
      values ('bitcoin', 'btc', 'Bitcoin', now(), now());
    insert into fact_market_data (coin_id, timestamp, granularity, price_usd, market_cap, volume, high_24h)
      values (1, '2026-11-23T23:50:00Z', '10min', 5.5, 7e9, 3, 6), (1, '2026-11-24T00:00:00Z', '10min', 1e-9, null, null, null),
        (1, '2020-01-01T00:00:00Z', '10min', 2, null, null, null);
    insert into pipeline_runs (job_id, trigger) values ('ingest_market_data', 'schedule')`)
  assert.deepEqual(await migrate(pool, quietLog), migrationNames.slice(1))
  const read = async (place: string) =>
    (
      await pool.query(`select timestamp, granularity::text, price_usd, market_cap, volume, date
        from ${place} order by timestamp`)
    ).rows
  const fact = { granularity: '10min', market_cap: null, volume: null }
  const older = { ...fact, timestamp: '2020-01-01T00:00:00Z', price_usd: 2, date: '2020-01-01' }
  const month = [
    { ...fact, timestamp: '2026-11-23T23:50:00Z', price_usd: 5.5, date: '2026-11-23', market_cap: 7e9, volume: 3 },
    { ...fact, timestamp: '2026-11-24T00:00:00Z', price_usd: 1e-9, date: '2026-11-24' },
  ]
  assert.deepEqual(await read('fact_market_data_default'), [older])
  assert.deepEqual(await read('fact_market_data_2026_11'), month)
  assert.deepEqual(await read('fact_market_data'), [older, ...month])
  const { rows: stale } = await pool.query('select date from stale_candle order by date')
  assert.deepEqual(
    stale.map(({ date }) => date),
    ['2019-12-31', '2020-01-01', '2026-11-22', '2026-11-23', '2026-11-24'],
  )
  const { rows: runs } = await pool.query('select status from pipeline_runs')
  assert.deepEqual(runs, [{ status: 'abandoned' }])
  // The index on time differs between 18 and the versions before it.
  const lines = (text: string) =>
    text.split('\n').filter((line) => !/INDEX fact_market_data_time(stamp)?_idx/.test(line))
  assert.deepEqual(lines(await readSchema(pool)), lines(readFileSync(schemaFile, 'utf8')))
})

test('a database keeps its mode and rejects the other', async () => {
  await claimMode(database.db, 'demo')
  await claimMode(database.db, 'demo')
  await assert.rejects(claimMode(database.db, 'live'), /holds demo data.*CRYPTOFLOW_MODE=demo/)
})
