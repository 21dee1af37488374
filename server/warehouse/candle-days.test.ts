import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import type pg from 'pg'
import { type Granularity, hasDayClose, listDaysOf } from '../../contract/day.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'
import { holdCandleMarks, lockMonths } from './candles.ts'
import { hasClose } from './day.ts'
import { type Db, inTransaction, openDb } from './db.ts'
import { locks } from './locks.ts'

let database: TestDatabase
before(async () => {
  database = await createTestDatabase()
})
after(() => database.drop())

const januaryKey = '202601'
const februaryKey = '202602'
const days = { january: '2026-01-15', february: '2026-02-15' }
for (const [caller, lock] of [
  ['a writer of facts', (tx: Db, _: pg.PoolClient, of: string[]) => holdCandleMarks(tx, of)],
  ['retention', (_: Db, client: pg.PoolClient, of: string[]) => lockMonths(client, of)],
] as const)
  for (const asked of [
    [days.january, days.february],
    [days.february, days.january],
  ])
    test(`${caller} locks ${asked.map((day) => day.slice(0, 7)).join(' and ')} in chronological order`, async () => {
      const isFree = async (key: string) => {
        const { rows } = await database.pool.query('select pg_try_advisory_xact_lock($1, $2) as free', [
          locks.candles,
          key,
        ])
        return rows[0]?.free
      }
      await inTransaction(database.pool, async (_, holder) => {
        await lockMonths(holder, [days.january])
        const { rows } = await holder.query('select pg_backend_pid() as pid')
        const waiting = inTransaction(database.pool, (tx, client) => lock(tx, client, asked))
        await waitUntilBlockedBy(rows[0]?.pid)
        assert.deepEqual([await isFree(januaryKey), await isFree(februaryKey)], [false, true])
        return { waiting }
      }).then(({ waiting }) => waiting)
    })

/** Resolves when a session waits for a lock of `pid`. */
async function waitUntilBlockedBy(pid: number): Promise<void> {
  for (;;) {
    const { rows } = await database.pool.query(
      'select from pg_stat_activity where $1 = any(pg_blocking_pids(pid)) and datname = current_database()',
      [pid],
    )
    if (rows.length > 0) return
  }
}

test('a fact near midnight marks two days, one beyond the tolerance a single day', () => {
  const days = (at: string, granularity: Granularity) =>
    listDaysOf(Date.parse(`2026-${at}Z`), granularity).map((day) => day.slice(5))
  assert.deepEqual(days('03-01T00:00:00', '10min'), ['02-28', '03-01'])
  assert.deepEqual(days('03-01T00:05:00', '5min'), ['02-28', '03-01'])
  assert.deepEqual(days('03-01T00:05:00.001', '5min'), ['03-01'])
  assert.deepEqual(days('02-28T23:00:00', 'daily'), ['02-28', '03-01'])
  assert.deepEqual(days('02-28T22:59:59.999', 'daily'), ['02-28'])
})

test('a close counts within an hour before or after the end of its day', async () => {
  const instants = [
    '2026-02-10T22:59:59Z',
    '2026-02-10T23:00:00Z',
    '2026-02-11T01:00:00Z',
    '2026-02-11T01:00:01Z',
    null,
  ]
  const counts = (close_at: string | null) => hasDayClose({ date: '2026-02-10', close_at })
  assert.deepEqual(instants.map(counts), [false, true, true, false, false])
  const { rows } = await sql<{ counts: boolean | null }>`select ${hasClose('c')} as counts
    from unnest(${instants}::timestamptz[]) with ordinality as i (close_at, position),
      lateral (select '2026-02-10'::date as date, i.close_at) c order by position`.execute(openDb(database.pool))
  assert.deepEqual(
    rows.map((row) => row.counts),
    [false, true, true, false, null],
  )
})
