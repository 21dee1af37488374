import type { CoinDetail } from '@contract/coins.ts'
import { useState } from 'react'
import { input, Labeled } from '@/components/ui/field'
import { useLivePrice } from '@/lib/live-figures'
import { Money, useMoney } from '@/lib/money'
import { coinOfCurrency } from '../../../../contract/shown-currencies'
import { parseAmount, toInputText } from './converter'

const dollars = new Money(null)

type Side = 'coin' | 'currency'

/** Converts an amount of the coin to the shown currency and back, at the live price; bitcoin in BTC to US dollars. */
export function CoinConverter({ coin }: { coin: CoinDetail }) {
  const shown = useMoney()
  const money = coinOfCurrency[shown.code] === coin.coingecko_id ? dollars : shown
  const price = money.convert(useLivePrice(coin.coingecko_id, coin.price_usd), coin.coingecko_id)
  const [typed, setTyped] = useState<{ side: Side; text: string }>({ side: 'coin', text: '1' })
  const amount = parseAmount(typed.text)
  const toOther = (): string => {
    if (amount === null || price === null || price <= 0) return ''
    return toInputText(typed.side === 'coin' ? amount * price : amount / price)
  }
  const labels = { coin: coin.symbol.toUpperCase(), currency: money.code.toUpperCase() }
  const field = (side: Side) => (
    <Labeled id={`convert-${side}`} label={labels[side]}>
      <input
        id={`convert-${side}`}
        inputMode="decimal"
        autoComplete="off"
        className={`num ${input}`}
        value={typed.side === side ? typed.text : toOther()}
        aria-invalid={typed.side === side && amount === null}
        onFocus={({ currentTarget }) => currentTarget.select()}
        onChange={({ currentTarget }) => setTyped({ side, text: currentTarget.value })}
      />
    </Labeled>
  )
  return (
    <section className="panel" aria-labelledby="converter" data-testid="converter">
      <h2 id="converter" className="flex h-11 items-center border-b border-line px-4 text-[14px] font-semibold">
        Converter
      </h2>
      <div className="grid grid-cols-[minmax(0,1fr)_auto_minmax(0,1fr)] items-end gap-2 px-4 py-3">
        {field('coin')}
        <span aria-hidden className="pb-2 text-muted">
          =
        </span>
        {field('currency')}
      </div>
    </section>
  )
}
