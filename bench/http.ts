import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { tickMs } from '../contract/time.ts'
import { ensurePartitions } from '../server/warehouse/partitions.ts'
import { claimRun } from '../server/warehouse/runs.ts'
import { publishSnapshot } from '../server/warehouse/snapshots.ts'
import { toSnapshot } from '../test/snapshots.ts'
import { loadUrl } from './http-load.ts'
import { type Bench, median } from './measure.ts'

const script = fileURLToPath(new URL('./http-server.ts', import.meta.url))
const path = '/api/v1/coins?per_page=50'
const hotLimit = 0.9
const readLimit = 1.5
const coins = 250
const rounds = 3

/** Responses per second of CPU of a server of this kind. `fresh`: each request has a new address, so none is cached. */
async function measure(kind: string, connection: unknown, fresh = false): Promise<number> {
  const child = fork(script, [kind, JSON.stringify(connection), path])
  try {
    const [port] = await once(child, 'message')
    const load = await loadUrl(`http://127.0.0.1:${port}${path}`, { pid: child.pid ?? 0, fresh })
    return load.per_core_second
  } finally {
    child.kill()
    await once(child, 'exit')
  }
}

/** The API against a bare server of the same bytes, and without its cache against a bare server that reads the same rows. */
export const bench: Bench = async ({ pool, db }) => {
  const tick = new Date(Math.floor(Date.now() / tickMs) * tickMs)
  await ensurePartitions(pool, { from: tick, to: tick })
  const { id: runId } = await claimRun(db, { jobId: 'ingest_market_data', trigger: 'manual', attempt: 1 })
  const rows = Array.from({ length: coins }, (_, at) =>
    toSnapshot(`coin-${at}`, { market_cap_rank: at + 1, price_usd: 65_432.123456789 / (at + 1) }),
  )
  const batch = { source: 'bench', snapshots: rows, rejected: [] }
  await db.transaction().execute((tx) => publishSnapshot(tx, { tick, runId, batch, asked: coins }))
  const { host, port, user, database } = pool.options
  const connection = { host, port, user, database }
  const shares: { hot: number[]; read: number[]; ours: number[]; bare: number[] } = {
    hot: [],
    read: [],
    ours: [],
    bare: [],
  }
  for (let round = 0; round < rounds; round += 1) {
    const [ours, bytes] = [await measure('ours', connection), await measure('bytes', connection)]
    const [read, fromRows] = [await measure('ours', connection, true), await measure('rows', connection)]
    shares.ours.push(ours)
    shares.bare.push(bytes)
    shares.hot.push(ours / bytes)
    shares.read.push(read / fromRows)
  }
  const [hot, read] = [median(shares.hot), median(shares.read)]
  return {
    ratio: Math.max(hotLimit / hot, readLimit / read),
    limit: 1,
    hot_share_of_bare: hot,
    read_share_of_bare: read,
    hot_per_core_second: median(shares.ours),
    bare_per_core_second: median(shares.bare),
  }
}
