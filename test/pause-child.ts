import { openDb, openPool } from '../server/warehouse/db.ts'
import { quietLog } from './database.ts'
import { openRunner } from './jobs.ts'
import { toSnapshot } from './snapshots.ts'

/** A second worker process on the database of the argument. Prints a line once it works. */
const connection = JSON.parse(process.argv[2] ?? '')
const pool = openPool(connection, { log: quietLog })
const fetchSnapshots = async () => ({ source: 'test', snapshots: [toSnapshot('a')], rejected: [] })
await openRunner({ db: openDb(pool), pool, connection }, { fetchSnapshots }).start()
process.stdout.write('ready\n')
