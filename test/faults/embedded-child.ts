import { createLog } from '../../server/log.ts'
import { startEmbeddedPostgres } from '../../server/warehouse/embedded.ts'

/** A process that owns the database of a folder: prints the connection, and exits without a stop on request. */
const [dataDir = ''] = process.argv.slice(2)
const log = createLog({ pretty: false, level: 'silent' })
process.stdin.once('data', () => process.exit(0))
try {
  const { connection } = await startEmbeddedPostgres({ dataDir, log, settings: { fsync: 'off' } })
  process.stdout.write(`${JSON.stringify(connection)}\n`)
} catch (error) {
  process.stdout.write(`${JSON.stringify({ failure: error instanceof Error ? error.message : String(error) })}\n`)
  process.exit(1)
}
