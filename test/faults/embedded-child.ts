import { startEmbeddedPostgres } from '../../server/warehouse/embedded.ts'
import { quietLog } from '../database.ts'

/** Runs a built-in PostgreSQL on the folder given and tells its connection, until SIGTERM. */
const postgres = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? '', log: quietLog })
process.once('SIGTERM', () => postgres.stop().then(() => process.exit(0)))
process.stdout.write(`${JSON.stringify(postgres.connection)}\n`)
setInterval(() => undefined, 60_000)
