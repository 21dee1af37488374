import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLog } from '../server/log.ts'
import { listCoins } from '../server/warehouse/coins.ts'
import { openDb, openPool } from '../server/warehouse/db.ts'
import { createApi } from '../test/api.ts'

/** Three servers of one list of coins: ours, a bare one that keeps its bytes, a bare one that reads it each time. */
const [kind = 'ours', connection = '', path = ''] = process.argv.slice(2)
const pool = openPool(JSON.parse(connection), { log: createLog({ pretty: false, level: 'warn' }) })
const db = openDb(pool)
const api = await createApi(db)
const { body } = await api.inject(path)
const headers = { 'content-type': 'application/json; charset=utf-8' }

const bare: Record<string, RequestListener> = {
  bytes: (_request, response) => {
    response.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body)
  },
  rows: async (_request, response) => {
    const text = JSON.stringify(
      await listCoins(db, { page: 1, per_page: 50, sort_by: 'market_cap_rank', sort_dir: 'asc' }),
    )
    response.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(text) }).end(text)
  },
}
const listener = bare[kind]
if (listener === undefined) {
  await api.listen({ port: 0, host: '127.0.0.1' })
  process.send?.((api.server.address() as AddressInfo).port)
} else {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
}
