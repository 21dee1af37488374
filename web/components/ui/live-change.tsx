import { type CoinChange, toChange, useLiveFigure, type Window } from '@/lib/live-figures'
import { Change } from './change'

type LiveChangeProps<W extends Window> = { coin: CoinChange<W>; window: W; why?: string; className?: string }

/** The change of a coin's live price over a window. */
export function LiveChange<W extends Window>({ coin, window, ...look }: LiveChangeProps<W>) {
  const pct = useLiveFigure(coin.coingecko_id, coin.price_usd, (price) => toChange(coin, window, price))
  return <Change pct={pct} {...look} />
}
