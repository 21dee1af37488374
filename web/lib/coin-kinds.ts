import type { CoinKind } from '@contract/coins.ts'

export const kindLabels: Record<CoinKind, string> = {
  coin: 'Coins',
  stablecoin: 'Stablecoins',
  wrapped: 'Wrapped',
  staked: 'Staked',
}
