import type { ImportFormat, TransactionType } from '@contract/portfolio-lists.ts'

export const typeLabels: Readonly<Record<TransactionType, string>> = {
  buy: 'Buy',
  sell: 'Sell',
  transfer_in: 'Transfer in',
  transfer_out: 'Transfer out',
  fee: 'Fee',
  staking_reward: 'Staking reward',
  airdrop: 'Airdrop',
}

/** Formats of files; empty: found by the columns. */
export const formatLabels: Readonly<Record<ImportFormat | '', string>> = {
  '': 'Detect',
  binance: 'Binance trade history',
  coinbase: 'Coinbase',
  kraken: 'Kraken trades',
  bitpanda: 'Bitpanda',
  bitstamp: 'Bitstamp',
  kucoin: 'KuCoin trades',
  ledger_live: 'Ledger Live',
  coinstats: 'CoinStats',
  ghostfolio: 'Ghostfolio (JSON)',
  generic: 'Other CSV: map columns',
}
