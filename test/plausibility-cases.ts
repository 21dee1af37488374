import {
  candle,
  crowd,
  crowdOf250,
  fourteenDays,
  lone,
  loneAfter,
  moves,
  pegged,
  ranked,
  thirtyDays,
  unchanged,
} from './check-fixtures.ts'
import { before, coins, fact, latest, now, prices } from './quality.ts'

/** Inserted rows, expected status, observed number. */
export type Case = [title: string, plant: string, status: string, observed: number | null]

/** Cases on both sides of the thresholds of the plausibility checks. */
export const plausibilityCases = {
  anomaly_detection: [
    ['up by exactly 50%', moves(5, 15), 'passed', 0],
    ['down by exactly 50%', moves(5, 5), 'passed', 0],
    ['up by slightly more', moves(1, 15.001), 'warning', 1],
    ['down by slightly more, three coins', moves(3, 4.999), 'warning', 3],
    ['four coins', moves(4, 15.001), 'failed', 4],
    ['over a gap', `${coins(1)}${fact(1, before(600), 10)}${fact(1, now, 20)}`, 'warning', 1],
    ['just under 2 h ago', coins(1) + prices(1, [10, 20, 20], 100), 'warning', 1],
    ['2 h ago', coins(1) + prices(1, [10, 20, 20], 110), 'passed', 0],
    ['over a gap of just under a day', `${coins(1)}${fact(1, before(1439), 10)}${fact(1, now, 20)}`, 'warning', 1],
    ['over a longer gap', `${coins(1)}${fact(1, before(1440), 10)}${fact(1, now, 20)}`, 'no_data', 0],
  ],
  stablecoin_peg: [
    ['0.98 and 1.02', pegged([0.98, 1.02]), 'passed', 0],
    ['below', pegged([0.9799]), 'warning', 1],
    ['two off', pegged([0.9799, 1.0201]), 'warning', 2],
    ['three off', pegged([0.9, 1.1, 1.2]), 'failed', 3],
    ['from 1 to 0.97 today', pegged([0.97]), 'warning', 1],
    ['at the peg at the start of yesterday', pegged([0.97], 2160), 'warning', 1],
    ['at the peg before, without a candle', pegged([0.97], 2161), 'passed', 0],
    ['with a candle of 30 days ago', pegged([0.97], 2161) + candle(1, '2026-10-25', [1, 1, 1, 1]), 'warning', 1],
    ['with a candle of 31 days ago', pegged([0.97], 2161) + candle(1, '2026-10-24', [1, 1, 1, 1]), 'passed', 0],
    ['with a high at the peg', pegged([0.97], 2161) + candle(1, '2026-11-01', [0.9, 0.98, 0.9, 0.9]), 'warning', 1],
    ['with a high below it', pegged([0.97], 2161) + candle(1, '2026-11-01', [0.9, 0.9799, 0.9, 0.9]), 'passed', 0],
    ['with a low above it', pegged([0.97], 2161) + candle(1, '2026-11-01', [1.1, 1.1, 1.0201, 1.1]), 'passed', 0],
    ['off the peg for years', `${pegged([0.0121], 2 * thirtyDays)}${prices(1, [0.0119, 0.0121])}`, 'passed', 0],
    ['never at the peg', `${coins(2, { kind: 'stablecoin' })}${latest(1, { price: '1.083' })}`, 'no_data', 0],
    [
      'interest-bearing by id',
      `${pegged([1.08])} update dim_coin set coingecko_id = 'susds' where id = 1`,
      'passed',
      0,
    ],
    ['a euro coin by name', `${pegged([1.08])} update dim_coin set name = 'Some Euro' where id = 1`, 'passed', 0],
    ['a yen coin by symbol', `${pegged([0.007])} update dim_coin set symbol = 'jpyc' where id = 1`, 'passed', 0],
    ['interest-bearing by name', `${pegged([1.08])} update dim_coin set name = 'Staked Usd' where id = 1`, 'passed', 0],
    ['a coin of another kind', `${pegged([1.08])} update dim_coin set kind = 'coin' where id = 1`, 'passed', 0],
  ],
  stuck_price: [
    ['50 min', unchanged(1, [9, 10, 10, 10, 10, 10, 10]), 'passed', 0],
    ['60 min', unchanged(1, [9, 10, 10, 10, 10, 10, 10, 10]), 'warning', 1],
    ['three coins', unchanged(3, Array(7).fill(10)), 'warning', 3],
    ['four coins', unchanged(4, Array(7).fill(10)), 'failed', 4],
    ['the 20th coin', ranked(20, unchanged(1, Array(7).fill(10))), 'warning', 1],
    ['the 21st coin', ranked(21, unchanged(1, Array(7).fill(10))), 'no_data', 0],
    [
      'stablecoins',
      unchanged(4, Array(7).fill(10), { kind: 'stablecoin' }) +
        coins(1, { from: 26 }) +
        `update dim_coin set market_cap_rank = 20 where id = 26;` +
        latest(1, { from: 26 }) +
        fact(26, now, 10),
      'passed',
      0,
    ],
  ],
  robust_anomaly: [
    ['exactly 10%', lone(0.001, 0.1), 'passed', 0],
    ['10.1%', lone(0.001, 0.101), 'warning', 1],
    ['z of 11.9', lone(0.02, 0.234), 'passed', 0],
    ['z of 12.1', lone(0.02, -0.238), 'warning', 1],
    ['the 1,000th coin', ranked(1000, lone(0.001, 0.101)), 'warning', 1],
    ['the 1,001st coin', ranked(1001, lone(0.001, 0.101)), 'no_data', 0],
    ['35 moves before it', lone(0.001, 0.101, 34), 'passed', 0],
    ['36 moves with it', lone(0.001, 0.101, 35), 'warning', 1],
    ['36 moves of 14 days', loneAfter(fourteenDays - 1), 'warning', 1],
    ['36 moves, one of them older', loneAfter(fourteenDays + 1), 'passed', 0],
    ['three coins', crowd(3, -0.2), 'warning', 3],
    ['four coins', crowd(4, 0.2), 'failed', 4],
    [
      'a move over a gap',
      `${lone(0.001, 0)}delete from fact_market_data where coin_id = 1 and timestamp > '${before(30)}';
      ${fact(1, now, 200)}${fact(1, before(10), 200)}`,
      'passed',
      0,
    ],
  ],
  market_move: [
    ['60% of the coins', crowd(6, 0.2), 'passed', 60],
    ['70% of the coins', crowd(7, 0.2), 'warning', 70],
    ['60% of 250 coins', crowdOf250(150), 'passed', 60],
    ['64% of 250 coins', crowdOf250(160), 'warning', 64],
    [
      '70%, in both directions',
      crowd(7, 0.2) +
        `update fact_market_data set price_usd = 80
      where timestamp = '${now}' and coin_id <= 3`,
      'passed',
      40,
    ],
  ],
} satisfies Record<string, Case[]>
