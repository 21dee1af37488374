import { createClient } from '@redis/client'
import { systemClock } from '../server/clock.ts'
import { openRedisBus } from '../server/live/redis-bus.ts'
import { createLog } from '../server/log.ts'

/** Reports each message from the bus or a bare subscription to its parent. */
const url = process.argv[2] ?? ''
const bus = openRedisBus({
  redis: { urls: [url], sentinel: null, prefix: '' },
  clock: systemClock,
  log: createLog({ pretty: false, level: 'warn' }),
})
bus.subscribe(() => process.send?.('bus'))
const bare = await createClient({ url }).connect()
await bare.subscribe('bare', (text) => {
  JSON.parse(text)
  process.send?.('bare')
})
process.send?.('ready')
