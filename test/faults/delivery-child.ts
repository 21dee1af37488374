import { openQueue } from '../../server/jobs/queue.ts'
import { Deliverer } from '../../server/notifications/deliverer.ts'
import { openDb, openPool } from '../../server/warehouse/db.ts'
import { quietLog } from '../database.ts'
import { createSending } from '../notifications.ts'

/** A process that delivers notifications until it is killed. */
const connection = JSON.parse(process.argv[2] ?? '')
const db = openDb(openPool(connection, { log: quietLog }))
const boss = openQueue(connection, { works: true, schedules: false })
boss.on('error', () => undefined)
await boss.start()
const { sender } = createSending(db, { allowedHosts: ['127.0.0.1'] })
await new Deliverer({ db, boss, sender, log: quietLog }).start()
process.stdout.write('started\n')
