import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tickMs } from '../contract/time.ts'
import { Listing } from '../simulator/listing.ts'
import { Market } from '../simulator/model.ts'

/**
 * A child process that answers `/coins/markets` with prepared bytes. Arguments: number of coins, first tick (ms), number of
 * ticks. Sends its port to its parent, and serves the tick whose index the parent sends.
 */
const [coins = 0, first = 0, ticks = 0] = process.argv.slice(2).map(Number)
const perPage = 250
const pageCount = Math.ceil(coins / perPage)
const listing = new Listing(new Market(1, Math.ceil(coins * 1.2)))
const query = { ids: null, order: 'market_cap_desc', perPage, changes: ['1h', '7d'], sparkline: false }
const bodies = Array.from({ length: ticks }, (_, tick) =>
  Array.from({ length: pageCount }, (_, index) =>
    Buffer.from(JSON.stringify(listing.listPage((first + tick * tickMs) / 1000, { ...query, page: index + 1 }))),
  ),
)
let served = 0
const server = createServer((request, response) => {
  const page = Number(new URL(request.url ?? '/', 'http://localhost').searchParams.get('page'))
  response.setHeader('content-type', 'application/json').end(bodies[served]?.[page - 1] ?? '[]')
})
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
process.on('message', (tick) => {
  served = Number(tick)
})
process.on('disconnect', () => process.exit())
