import { rmSync } from 'node:fs'
import { createLog } from '../server/log.ts'
import { openDb, openPool } from '../server/warehouse/db.ts'
import { startEmbeddedPostgres } from '../server/warehouse/embedded.ts'
import { migrate } from '../server/warehouse/migrate.ts'
import { createDataFolder } from '../test/data-folder.ts'
import type { Bench } from './measure.ts'

const benches: Record<string, () => Promise<{ bench: Bench }>> = {
  ingest: () => import('./ingest.ts'),
  latest: () => import('./latest.ts'),
  load: () => import('./load.ts'),
  ohlcv: () => import('./ohlcv.ts'),
  history: () => import('./history.ts'),
  quality: () => import('./quality.ts'),
  fanout: () => import('./fanout.ts'),
  bus: () => import('./bus.ts'),
  tick: () => import('./tick.ts'),
  correlation: () => import('./correlation.ts'),
  risk: () => import('./risk.ts'),
  analytics: () => import('./analytics.ts'),
  web: () => import('./web.ts'),
}

async function main(name: string | undefined): Promise<void> {
  const load = benches[name ?? '']
  if (load === undefined) throw new Error(`npm run bench -- <${Object.keys(benches).join('|')}>`)
  const dataDir = createDataFolder()
  const log = createLog({ pretty: false, level: 'warn' })
  const postgres = await startEmbeddedPostgres({ dataDir, log })
  const pool = openPool(postgres.connection, { log })
  try {
    await migrate(pool, log)
    const { bench } = await load()
    process.stdout.write(`${JSON.stringify({ bench: name, ...(await bench({ pool, db: openDb(pool) })) })}\n`)
  } finally {
    await pool.end()
    await postgres.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

await main(process.argv[2])
