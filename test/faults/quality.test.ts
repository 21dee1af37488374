import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '../../server/clock.ts'
import { createLog } from '../../server/log.ts'
import { openFeed } from '../../server/sources/open-feed.ts'
import type { Tick } from '../../server/sources/source.ts'
import { SourceClock } from '../../server/sources/source-clock.ts'
import { listOpenIncidents } from '../../server/warehouse/incidents.ts'
import { answerFaults, type FaultKind, faultKinds, streamFaults } from '../../simulator/faults.ts'
import type { Simulator } from '../../simulator/simulator.ts'
import { assertInvariants } from '../invariants.ts'
import { openDay, trackedCoins } from '../market-day.ts'
import { waitFor } from '../wait.ts'

type StreamFault = (typeof streamFaults)[number]

const everyTicks = 8

/** The checks that detect each fault of a response. */
const told: Record<Exclude<FaultKind, StreamFault>, string[]> = {
  ...(Object.fromEntries(answerFaults.map((kind) => [kind, ['ingest_runs']])) as Record<
    (typeof answerFaults)[number],
    string[]
  >),
  bad_values: ['completeness', 'refused_rows'],
  duplicates: ['repeated_rows'],
  missing: ['completeness'],
  stale: ['stale_upstream'],
}

/**
 * The ticks of the simulator's stream: until it failed three times with `kind`, or until the first ticks without a
 * fault.
 */
async function hear({ faults, wsUrl, market }: Simulator, kind?: StreamFault): Promise<Tick[]> {
  if (kind !== undefined) faults.set([{ kind, times: 3 }, { kind }])
  const heard: Tick[] = []
  const settings = { names: ['coincap'], coincap: { url: wsUrl, apiKey: null }, clock: new SourceClock(systemClock) }
  const feed = openFeed({ ...settings, log: createLog({ pretty: false, level: 'silent' }) }, (ticks) =>
    heard.push(...ticks),
  )
  feed.follow(market.coins.map(({ id }) => id))
  await waitFor(() => (kind === undefined ? heard.length > 0 : faults.list()[0]?.times === 0), 'the stream', 60_000)
  await feed.stop()
  return heard
}

test('finds each fault of a day at its snapshot, and passes once it is over', async (t) => {
  const { tick, simulator, pool, db } = await openDay(t, '2026-06-12T00:00:00Z')
  const kinds = Object.keys(told) as (keyof typeof told)[]
  assert.deepEqual([...kinds, ...streamFaults].sort(), [...faultKinds].sort())
  let from = 0
  const isOver = async (kind: FaultKind) => {
    simulator.faults.clear()
    for (const later of [from + 6, from + 7]) assert.deepEqual((await tick(later)).found, [], `an hour after ${kind}`)
    from += everyTicks
  }
  for (const kind of kinds) {
    simulator.faults.set([{ kind, path: '/coins/markets' }])
    const { ended, found } = await tick(from)
    assert.equal(ended.status, told[kind].includes('ingest_runs') ? 'failed' : 'success', `${kind}: ${ended.error}`)
    assert.deepEqual(found.map(({ check_name }) => check_name).sort(), told[kind], `${kind} ${JSON.stringify(found)}`)
    if (kind === 'duplicates') assert.deepEqual([ended.written, ended.rejected], [trackedCoins, 0])
    await isOver(kind)
  }
  assert.notDeepEqual(await hear(simulator), [], 'a healthy stream brings prices')
  for (const kind of streamFaults) {
    assert.deepEqual(await hear(simulator, kind), [], kind)
    const silence = [(await tick(from)).found, (await tick(from + 1, { hears: false })).found]
    const { found } = await tick(from + 2, { hears: false })
    assert.deepEqual([...silence, found.map(({ check_name }) => check_name)], [[], [], ['silent_stream']], kind)
    await isOver(kind)
  }
  assert.deepEqual(await listOpenIncidents(db), [])

  simulator.faults.set([{ kind: 'server_error', value: 503 }])
  const outage = from
  for (let index = outage; index < outage + 8; index += 1) await tick(index)
  const incidents = (await listOpenIncidents(db)).map(({ check_name, folded }) => [check_name, folded])
  assert.deepEqual(incidents, [['ingest_runs', ['freshness']]], 'an outage is one incident')
  simulator.faults.clear()
  for (let index = outage + 8; index < outage + 10; index += 1) await tick(index)
  assert.deepEqual(await listOpenIncidents(db), [])
  await assertInvariants({ pool })
})
