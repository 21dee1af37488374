import { openDb, openPool } from '../../server/warehouse/db.ts'
import { quietLog } from '../database.ts'
import { openRunner } from '../jobs.ts'

/** A worker that hangs in its first fetch until it is killed. */
const connection = JSON.parse(process.argv[2] ?? '')
const pool = openPool(connection, { log: quietLog })
const fetchSnapshots = () => {
  process.stdout.write('fetching\n')
  return new Promise<never>(() => undefined)
}
await openRunner({ db: openDb(pool), pool, connection }, { fetchSnapshots }).start()
