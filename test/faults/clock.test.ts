import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { listDaysOf } from '../../contract/day.ts'
import { dayMs } from '../../contract/time.ts'
import { createTestDatabase } from '../database.ts'
import { assertInvariants } from '../invariants.ts'

const script = fileURLToPath(new URL('./clock-child.ts', import.meta.url))
const zones = ['UTC', 'Europe/Copenhagen', 'Asia/Tokyo']

type Dump = {
  facts: { partition: string; timestamp: string; date: string; price_usd: number }[]
  candles: { date: string; open: number; close: number; samples: number }[]
  stale: { date: string }[]
  runs: { job_id: string; status: string }[]
}

test('uses UTC days in every time zone, across midnights, months and a clock change', async (t) => {
  const dumps = await Promise.all(
    zones.map(async (zone): Promise<Dump> => {
      const database = await createTestDatabase()
      t.after(database.drop)
      await database.pool.query(`alter database ${database.connection.database} set timezone = '${zone}'`)
      const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(database.connection)], {
        env: { ...process.env, TZ: zone },
      })
      await assertInvariants(database)
      return JSON.parse(stdout)
    }),
  )
  const [utc, ...others] = dumps
  assert.ok(utc)
  for (const { timestamp, date, partition } of utc.facts) {
    assert.equal(date, timestamp.slice(0, 10))
    assert.equal(partition, `fact_market_data_${date.slice(0, 7).replace('-', '_')}`)
  }
  const daysOf = (rows: { date: string }[]) => [...new Set(rows.map(({ date }) => date))]
  const open = '2027-01-01'
  const touched = utc.facts.flatMap(({ timestamp }) => listDaysOf(Date.parse(timestamp), '10min'))
  assert.deepEqual(
    daysOf(utc.candles),
    [...new Set(touched)].sort().filter((day) => day !== open),
    'a candle of every closed day, none of the open one',
  )
  assert.deepEqual(daysOf(utc.stale), [open])
  const november = utc.candles.find(({ date }) => date === '2026-11-30')
  assert.deepEqual([november?.samples, november?.open], [5, 1 + 5000 / dayMs])
  assert.ok(utc.runs.every(({ status }) => status === 'success' || status === 'skipped'))
  for (const other of others) assert.deepEqual(other, utc)
})
