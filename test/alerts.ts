import type { Condition } from '../contract/alert-conditions.ts'
import type { Repeat } from '../contract/alerts.ts'
import { insertAlert } from '../server/warehouse/alerts.ts'
import type { TestDatabase } from './database.ts'

/** Coins bitcoin (1) and ethereum (2) with a snapshot each. */
export const addCoins = ({ pool }: TestDatabase, at: string): Promise<unknown> =>
  pool.query(
    `with coins as (insert into dim_coin (coingecko_id, symbol, name, ath, atl, market_cap_rank, first_seen_at, last_seen_at)
       values ('bitcoin', 'btc', 'Bitcoin', 69000, 68, 1, now(), now()),
         ('ethereum', 'eth', 'Ethereum', 4800, 0.4, 2, now(), now()) returning id, coingecko_id)
     insert into latest_market_data (coin_id, timestamp, price_usd, source_updated_at)
     select id, $1, case when coingecko_id = 'bitcoin' then 60000 else 3000 end, $1 from coins`,
    [at],
  )

type Given = Partial<{ repeat: Repeat; side: 'above' | 'below'; baseline: number; note: string }>

/** Adds an armed alert and returns its id. */
export const addAlert = ({ db }: TestDatabase, userId: number, condition: Condition, given: Given = {}) =>
  insertAlert(db, userId, {
    coin_id: 'coin_id' in condition ? condition.coin_id : null,
    condition,
    repeat: given.repeat ?? { type: 'once' },
    note: given.note ?? null,
    channel_ids: [],
    is_active: true,
    expires_at: null,
    snoozed_until: null,
    state: 'armed',
    side: given.side ?? null,
    baseline: given.baseline ?? null,
    ready_at: null,
    observed_at: null,
  })
