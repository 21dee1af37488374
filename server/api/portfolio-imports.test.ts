import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { ImportReport } from '../../contract/portfolio-imports.ts'
import { call, createAccountsApi, type Session, signUp } from '../../test/accounts.ts'
import { createTestDatabase, type TestDatabase } from '../../test/database.ts'

let database: TestDatabase
let app: FastifyInstance
let ada: Session
before(async () => {
  database = await createTestDatabase()
  app = await createAccountsApi(database)
  await database.pool.query(`insert into dim_coin (coingecko_id, symbol, name, first_seen_at, last_seen_at)
    select id, symbol, initcap(id), now(), now() from (values ('bitcoin', 'btc'), ('ethereum', 'eth'), ('binancecoin', 'bnb'),
      ('uniswap', 'uni'), ('unicorn-token', 'uni'), ('solana', 'sol'), ('dogecoin', 'doge')) as c (id, symbol)`)
  await database.pool.query(`insert into latest_market_data (coin_id, timestamp, price_usd, market_cap)
    select id, now(), 10 * id, 1e9 / id from dim_coin`)
  await database.pool.query(`insert into fact_daily_ohlcv (coin_id, date, open, high, low, close, close_at, granularity, samples)
    select c.id, d::date, 10 * c.id, 10 * c.id, 10 * c.id, 10 * c.id, d + interval '1 day', 'daily', 1
    from dim_coin c, generate_series(date '2026-01-01', date '2026-01-20', interval '1 day') d`)
  ada = await signUp(app)
})
after(async () => {
  await app.close()
  await database.drop()
})

const create = async (): Promise<number> =>
  (await call(app, 'POST /portfolios', { as: ada, body: { name: 'Import' } })).body.id

async function send(
  id: number,
  path: string,
  file: string,
): Promise<{ status: number; body: ImportReport & { detail: string } }> {
  const answer = await app.inject({
    method: 'POST',
    url: `/api/v1/portfolios/${id}/${path}`,
    headers: { authorization: `Bearer ${ada.token}`, 'content-type': 'text/csv' },
    payload: file,
  })
  return { status: answer.statusCode, body: answer.json() }
}

const toLines = ({ sample }: ImportReport): string[] =>
  sample.map(
    ({ at, type, quantity, symbol, total_usd, fee_usd }) =>
      `${at.slice(0, 16)} ${type} ${quantity} ${symbol} for ${total_usd} fee ${fee_usd}`,
  )

/** A file of each format, with the transactions that it holds. Bitcoin is 10 USD, ether 20, BNB 30, SOL 60. */
const files: Record<string, [file: string, expected: string[]]> = {
  binance: [
    'Date(UTC),Pair,Side,Price,Executed,Amount,Fee\n2026-01-05 10:00:00,BTCUSDT,BUY,100,0.5BTC,"1,050.00USDT",0.1BNB\n2026-01-06 10:00:00,ETHBTC,SELL,2,1ETH,2BTC,0BTC\n',
    [
      '2026-01-05T10:00 buy 0.5 BTC for 1050 fee 3',
      '2026-01-06T10:00 sell 1 ETH for 20 fee 0',
      '2026-01-06T10:00 buy 2 BTC for 20 fee 0',
    ],
  ],
  coinbase: [
    'Transactions\nUser,Ada,1\n\nID,Timestamp,Transaction Type,Asset,Quantity Transacted,Price Currency,Price at Transaction,Subtotal,Total (inclusive of fees and/or spread),Fees and/or Spread,Notes\nx1,2026-01-05 10:00:00 UTC,Buy,BTC,0.5,USD,$100,$50.00,$51.00,$1.00,Bought\nx2,2026-01-07 10:00:00 UTC,Staking Income,SOL,0.1,USD,$61,$6.10,$6.10,$0.00,\nx3,2026-01-08 10:00:00 UTC,Send,BTC,-0.25,USD,$100,$25,$25,0,\n',
    [
      '2026-01-05T10:00 buy 0.5 BTC for 50 fee 1',
      '2026-01-07T10:00 staking_reward 0.1 SOL for 6.1 fee 0',
      '2026-01-08T10:00 transfer_out 0.25 BTC for 25 fee 0',
    ],
  ],
  kraken: [
    '"txid","ordertxid","pair","time","type","ordertype","price","cost","fee","vol"\n"T1","O1","XXBTZUSD","2026-01-05 10:00:00.1234","buy","limit","100","50","0.08","0.5"\n"T2","O2","XDGUSD","2026-01-06 10:00:00","sell","limit","0.1","10","0","100"\n',
    ['2026-01-05T10:00 buy 0.5 BTC for 50 fee 0.08', '2026-01-06T10:00 sell 100 DOGE for 10 fee 0'],
  ],
  bitpanda: [
    '"Disclaimer"\n"Transaction ID",Timestamp,"Transaction Type",In/Out,"Amount Fiat",Fiat,"Amount Asset",Asset,"Asset market price","Asset market price currency","Asset class","Product ID",Fee,"Fee asset"\nu1,2026-01-05T10:00:00+01:00,buy,outgoing,50.00,USD,0.50000000,BTC,100,USD,Cryptocurrency,1,-,-\nu2,2026-01-06T10:00:00+01:00,withdrawal,outgoing,-,USD,0.2,BTC,-,-,Cryptocurrency,1,0.001,BTC\n',
    ['2026-01-05T09:00 buy 0.5 BTC for 50 fee 0', '2026-01-06T09:00 transfer_out 0.2 BTC for 2 fee 0.01'],
  ],
  bitstamp: [
    'Type,Datetime,Account,Amount,Value,Rate,Fee,Sub Type\nMarket,"Jan. 05, 2026, 10:00 AM",Main Account,0.50000000 BTC,50.00 USD,100.00 USD,0.25 USD,Buy\nDeposit,"Jan. 06, 2026, 01:30 PM",Main Account,1.00000000 ETH,,,,\n',
    ['2026-01-05T10:00 buy 0.5 BTC for 50 fee 0.25', '2026-01-06T13:30 transfer_in 1 ETH for 20 fee 0'],
  ],
  kucoin: [
    'tradeCreatedAt,orderId,symbol,side,price,size,funds,fee,liquidity,feeCurrency,orderType\n2026-01-05 10:00:00,a,BTC-USDT,buy,100,0.5,50,0.05,taker,USDT,limit\n',
    ['2026-01-05T10:00 buy 0.5 BTC for 50 fee 0.05'],
  ],
  ledger_live: [
    'Operation Date,Status,Currency Ticker,Operation Type,Operation Amount,Operation Fees,Operation Hash,Account Name,Account xpub\n2026-01-05T10:00:00.000Z,Confirmed,BTC,IN,0.5,0.0001,h1,Main,x\n2026-01-06T10:00:00.000Z,Confirmed,BTC,OUT,0.21,0.01,h2,Main,x\n',
    ['2026-01-05T10:00 transfer_in 0.5 BTC for 5 fee 0', '2026-01-06T10:00 transfer_out 0.2 BTC for 2 fee 0.1'],
  ],
  coinstats: [
    'Coin Symbol,Exchange,Pair,Type,Amount,Price,Fee,Date,Notes\nBTC,Own,BTC/USD,Buy,0.5,100,1,2026-01-05 10:00:00,mine\nSOL,Own,,Reward,1,,,2026-01-06 10:00:00,\n',
    ['2026-01-05T10:00 buy 0.5 BTC for 50 fee 1', '2026-01-06T10:00 staking_reward 1 SOL for 60 fee 0'],
  ],
  generic: [
    'date;type;symbol;quantity;price;fee;note\n2026-01-05 10:00:00;buy;BTC;0.5;100;1;n\n2026-01-06;airdrop;UNI;3;;;\n',
    ['2026-01-05T10:00 buy 0.5 BTC for 50 fee 1', '2026-01-06T00:00 airdrop 3 UNI for 120 fee 0'],
  ],
}

for (const [format, [file, expected]] of Object.entries(files))
  test(`recognizes and imports a file of ${format} once`, async () => {
    const id = await create()
    const preview = await send(id, 'import/preview', file)
    assert.equal(preview.status, 200, preview.body.detail)
    assert.deepEqual([preview.body.format, preview.body.refused, preview.body.imported], [format, [], 0])
    assert.deepEqual(toLines(preview.body), expected)
    const first = await send(id, 'import', file)
    assert.deepEqual([first.status, first.body.imported, first.body.duplicates], [200, expected.length, 0])
    const again = await send(id, 'import', file)
    assert.deepEqual([again.body.imported, again.body.duplicates], [0, expected.length])
    assert.equal((await send(id, 'import/preview', file)).body.duplicates, expected.length)
  })

test('imports the activities of Ghostfolio', async () => {
  const activity = {
    date: '2026-01-05T10:00:00.000Z',
    fee: 1,
    quantity: 0.5,
    type: 'BUY',
    unitPrice: 100,
    currency: 'USD',
  }
  const activities = [
    { ...activity, id: 'a', dataSource: 'COINGECKO', symbol: 'unicorn-token' },
    { ...activity, id: 'b', dataSource: 'YAHOO', symbol: 'ETHUSD' },
  ]
  const { body } = await send(await create(), 'import?format=ghostfolio', JSON.stringify({ activities }))
  assert.deepEqual(toLines(body), [
    '2026-01-05T10:00 buy 0.5 UNICORN-TOKEN for 50 fee 1',
    '2026-01-05T10:00 buy 0.5 ETH for 50 fee 1',
  ])
  assert.equal(body.symbols[1]?.chosen.coingecko_id, 'unicorn-token')
})

test('maps columns, and shows every coin that has a symbol', async () => {
  const id = await create()
  const file = 'When,What,Coin,Units,Worth\n2026-01-05 10:00,buy,UNI,2,50\n'
  const query = 'mapping=date:When,type:What,quantity:Units,total:Worth&format=generic'
  const { body } = await send(id, `import/preview?${query}`, file)
  assert.deepEqual(toLines(body), ['2026-01-05T10:00 buy 2 UNI for 50 fee 0'])
  const [uni] = body.symbols
  assert.deepEqual(
    [uni?.chosen.coingecko_id, uni?.others.map((one) => one.coingecko_id)],
    ['uniswap', ['unicorn-token']],
  )
  const other = await send(id, `import/preview?${query}&coins=UNI:unicorn-token`, file)
  assert.equal(other.body.symbols[0]?.chosen.coingecko_id, 'unicorn-token')
})

test('says why it refuses a line, and imports nothing by halves', async () => {
  const id = await create()
  const rows = [
    '2026-01-05,buy,BTC,1,100,USD',
    '2026-01-05,buy,BTC,x,100,USD',
    '05.01.2026,buy,BTC,1,100,USD',
    '2026-01-05,gift,BTC,1,100,USD',
    '2026-01-05,buy,NOPE,1,100,USD',
    '2026-01-05,buy,BTC,0,100,USD',
    '2036-01-05,buy,BTC,1,100,USD',
    '2020-01-05,airdrop,BTC,1,,USD',
    '2026-01-05,buy,BTC,1,100,USD',
  ]
  const file = `date,type,symbol,quantity,price,currency\n${rows.join('\n')}\n`
  const refused = await send(id, 'import', file)
  assert.equal(refused.status, 422)
  assert.match(refused.body.detail, /^Nothing was imported: 7 lines are refused, the first is line 3: quantity: "x"/)
  const stored = async () =>
    (await call(app, `GET /portfolios/${id}`, { as: ada })).body as never as { transactions: number }
  assert.equal((await stored()).transactions, 0)
  const { body } = await send(id, 'import?skip_refused=true', file)
  assert.deepEqual([body.imported, body.duplicates, body.refused_lines], [2, 0, 7], 'two identical lines are two')
  assert.deepEqual(
    body.refused.map(({ line, reason }) => `${line} ${reason.split(/[."]/)[0]}`.trim()),
    [
      '3 quantity:',
      '4 Time',
      '5 Type',
      '6 No tracked coin has the symbol or id NOPE',
      '7 The quantity is 0',
      '8 The time is before 2009-01-03 or in the future',
      '9 No price of BTC is stored for 2020-01-05',
    ],
  )
  for (const [bad, words] of [
    ['a,b\n1,2\n', /columns of a known format/],
    ['', /columns of a known format/],
    ['date,type,symbol,quantity\n"2026', /no valid CSV/],
  ] as const) {
    const answer = await send(id, 'import', bad)
    assert.equal(answer.status, 422)
    assert.match(answer.body.detail, words)
  }
  assert.equal((await stored()).transactions, 2)
})
