import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listOpenIncidents } from '../../server/warehouse/incidents.ts'
import { answerFaults, type FaultKind, faultKinds, streamFaults } from '../../simulator/faults.ts'
import { assertInvariants } from '../invariants.ts'
import { openDay, trackedCoins } from '../market-day.ts'

/** Which checks tell of a fault; the first answers of a fault in the stream reach no table of the warehouse. */
const told: Record<Exclude<FaultKind, (typeof streamFaults)[number]>, string[]> = {
  ...(Object.fromEntries(answerFaults.map((kind) => [kind, ['ingest_runs']])) as Record<
    (typeof answerFaults)[number],
    string[]
  >),
  bad_values: ['completeness', 'refused_rows'],
  duplicates: [],
  missing: ['tracked_universe'],
  stale: ['stale_upstream'],
}

test('a day of faults: each that reaches the warehouse is found at its tick, and what is over passes again', async (t) => {
  const { tick, simulator, pool, db } = await openDay(t, '2026-06-12T00:00:00Z')
  const kinds = Object.keys(told) as (keyof typeof told)[]
  assert.deepEqual([...kinds, ...streamFaults].sort(), [...faultKinds].sort())
  const everyTicks = 8
  for (const [position, kind] of kinds.entries()) {
    const from = position * everyTicks
    simulator.faults.set([{ kind, path: '/coins/markets' }])
    const { ended, found } = await tick(from)
    simulator.faults.clear()
    assert.equal(ended.status, told[kind].includes('ingest_runs') ? 'failed' : 'success', `${kind}: ${ended.error}`)
    assert.deepEqual(found.map(({ check_name }) => check_name).sort(), told[kind], `${kind} ${JSON.stringify(found)}`)
    if (kind === 'duplicates') assert.deepEqual([ended.written, ended.rejected], [trackedCoins, 0])
    for (const later of [from + 6, from + 7]) assert.deepEqual((await tick(later)).found, [], `an hour after ${kind}`)
  }
  assert.deepEqual(await listOpenIncidents(db), [])

  simulator.faults.set([{ kind: 'server_error', value: 503 }])
  const outage = kinds.length * everyTicks
  for (let index = outage; index < outage + 8; index += 1) await tick(index)
  const incidents = (await listOpenIncidents(db)).map(({ check_name, folded }) => [check_name, folded])
  assert.deepEqual(incidents, [['ingest_runs', ['freshness']]], 'an outage is one incident')
  simulator.faults.clear()
  for (let index = outage + 8; index < outage + 10; index += 1) await tick(index)
  assert.deepEqual(await listOpenIncidents(db), [])
  await assertInvariants({ pool })
})
