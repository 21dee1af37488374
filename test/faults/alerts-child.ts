import { type PriceTick, startPriceWatch } from '../../server/alerts/price-watch.ts'
import { systemClock } from '../../server/clock.ts'
import { openDb, openPool } from '../../server/warehouse/db.ts'
import { quietLog } from '../database.ts'

/** Evaluates the batches of ticks that it is sent, in order, and sends the number of each when it is stored. */
const [connection, coins] = process.argv.slice(2).map((text) => JSON.parse(text))
const pool = openPool(connection, { log: quietLog, max: 3 })
const watch = await startPriceWatch({ db: openDb(pool), pool, clock: systemClock, log: quietLog })
watch.follow(new Map(coins))
let done = Promise.resolve()
process.on('message', ({ number, ticks }: { number: number; ticks: PriceTick[] }) => {
  watch.add(ticks)
  done = done.then(async () => {
    await watch.settle()
    process.send?.(number)
  })
})
process.on('disconnect', () => process.exit())
process.send?.('ready')
