import { type CoinChange, toChange, useLiveFigure, type Window } from '@/lib/live-figures'
import { useMoney } from '@/lib/money'
import { Change } from './change'

type LiveChangeProps<W extends Window> = { coin: CoinChange<W>; window: W; why?: string; className?: string }

/** The change of a coin's live price over a window, in the shown currency. */
export function LiveChange<W extends Window>({ coin, window, ...look }: LiveChangeProps<W>) {
  const money = useMoney()
  const pct = useLiveFigure(coin.coingecko_id, coin.price_usd, (price) =>
    money.change(toChange(coin, window, price), window, coin.coingecko_id),
  )
  return <Change pct={pct} {...look} />
}
