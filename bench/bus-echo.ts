import { createClient } from '@redis/client'
import { systemClock } from '../server/clock.ts'
import { openRedisBus } from '../server/live/redis-bus.ts'
import { createLog } from '../server/log.ts'

/** Tells its parent of each message that comes through the bus, or through a bare subscription. */
const url = process.argv[2] ?? ''
const bus = openRedisBus({ url, clock: systemClock, log: createLog({ pretty: false, level: 'warn' }) })
bus.subscribe(() => process.send?.('bus'))
const bare = await createClient({ url }).connect()
await bare.subscribe('bare', (text) => {
  JSON.parse(text)
  process.send?.('bare')
})
process.send?.('ready')
