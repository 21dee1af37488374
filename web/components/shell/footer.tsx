import { useContext } from 'react'
import { Moment } from '@/components/ui/moment'
import { formatExactPrice, formatMoment } from '@/lib/format'
import { MoneyContext } from '@/lib/money'
import { useReadiness } from './readiness'

/** What amounts in another currency than US dollars are worth, and what is still in US dollars. */
function RateNote() {
  const { money, currency } = useContext(MoneyContext)
  if (money.code === 'usd' || currency === null || currency.rate_at === null) return null
  const rate = formatExactPrice(Number(currency.usd_rate?.toPrecision(6)))
  const code = money.code.toUpperCase()
  const dollarWindows = (['1h', '24h', '7d'] as const).filter((window) => !money.hasOwnChange(window))
  const changes = dollarWindows.length === 0 ? '' : ` and ${dollarWindows.join(', ')} changes`
  return (
    <span data-testid="rate">
      1 {code} = {rate} at {formatMoment(currency.rate_at)}. Charts, advancers and decliners{changes} in US dollars.
    </span>
  )
}

const link = 'hover:text-text hover:underline'

/** Where the data comes from, the version, and when the data was last updated. */
export function Footer() {
  const { data } = useReadiness()
  const updated = data?.ingest.last_success_at ?? null
  return (
    <footer className="mt-auto flex flex-wrap items-center gap-x-4 gap-y-1 px-3 pt-4 pb-20 text-[12px] text-faint md:px-5 md:pb-4">
      <span>CryptoFlow {data?.version}</span>
      <span>All times in UTC</span>
      {updated !== null && (
        <span>
          Updated <Moment at={updated} />
        </span>
      )}
      <RateNote />
      <span className="ml-auto">
        {data?.mode === 'live' ? (
          <a href="https://www.coingecko.com" className={link} rel="noreferrer">
            Data by CoinGecko
          </a>
        ) : (
          data !== undefined && 'Simulated market data'
        )}
      </span>
    </footer>
  )
}
