import type { CoinDetails } from '@contract/coin-details.ts'
import type { CoinDetail } from '@contract/coins.ts'
import { useQuery } from '@tanstack/react-query'
import { ExternalLink } from 'lucide-react'
import { Amount } from '@/components/ui/amount'
import { Panel } from '@/components/ui/panel'
import { ScrollRegion } from '@/components/ui/scroll-region'
import { ErrorState, Skeleton } from '@/components/ui/states'
import { Value } from '@/components/ui/value'
import { formatDay } from '@/lib/format'
import { useInView } from '@/lib/hooks'
import { useMoney } from '@/lib/money'
import { detailsQuery } from './coin-queries'

const external = { rel: 'noreferrer nofollow', target: '_blank' } as const
const tag = 'rounded-mark border border-line-strong px-1.5 text-[12px] leading-6 text-muted'

function Description({ text }: { text: string }) {
  return (
    <div className="grid max-w-prose gap-2 text-[14px] leading-6">
      {text.split('\n\n').map((paragraph) => (
        <p key={paragraph} className="wrap-anywhere">
          {paragraph}
        </p>
      ))}
    </div>
  )
}

function Tags({ links, categories }: CoinDetails) {
  return (
    <>
      {links.length > 0 && (
        <ul className="flex flex-wrap gap-x-4 gap-y-1 text-[13px]" aria-label="Links">
          {links.map(({ label, url }) => (
            <li key={label}>
              <a href={url} {...external} className="inline-flex items-center gap-1 text-accent hover:underline">
                {label} <ExternalLink size={12} aria-hidden />
              </a>
            </li>
          ))}
        </ul>
      )}
      {categories.length > 0 && (
        <ul className="flex flex-wrap gap-1.5" aria-label="Categories">
          {categories.map((category) => (
            <li key={category} className={tag}>
              {category}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

const cell = 'h-9 border-b border-line px-4 text-right whitespace-nowrap first:text-left'

function Markets({ markets }: Pick<CoinDetails, 'markets'>) {
  const money = useMoney()
  return (
    <ScrollRegion label="Markets" className="max-h-90">
      <table className="w-full text-[13px]">
        <thead className="text-[12px] text-muted">
          <tr>
            <th className={cell}>Exchange</th>
            <th className={`${cell} text-left`}>Pair</th>
            <th className={cell}>Price</th>
            <th className={cell}>24h volume</th>
          </tr>
        </thead>
        <tbody className="num">
          {markets.map(({ exchange, pair, price_usd, volume_usd, url }) => (
            <tr key={`${exchange} ${pair}`}>
              <td className={cell}>{exchange}</td>
              <td className={`${cell} text-left`}>
                {url === null ? (
                  pair
                ) : (
                  <a href={url} {...external} className="text-accent hover:underline">
                    {pair}
                  </a>
                )}
              </td>
              <td className={cell}>
                <Value text={money.price(price_usd)} exact={money.exactPrice(price_usd)} />
              </td>
              <td className={cell}>
                <Amount usd={volume_usd} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  )
}

/** What the source tells about the coin. Fetched when the panel scrolls into view. */
export function CoinAbout({ coin }: { coin: CoinDetail }) {
  const [near, isNear] = useInView()
  const { data, error, refetch } = useQuery({ ...detailsQuery(coin.id), enabled: isNear })
  const details = isNear ? data : undefined
  const asOf = details?.fetched_at == null ? undefined : `As of ${formatDay(details.fetched_at)}`
  const isEmpty = details !== undefined && details.description === null && details.links.length === 0
  return (
    <div ref={near} className="grid grid-cols-1 gap-3 xl:grid-cols-2" data-testid="about">
      <Panel title={`About ${coin.name}`} note={asOf}>
        <div className="grid content-start gap-4 px-4 py-3">
          {details === undefined && error === null && <Skeleton className="h-40" />}
          {details === undefined && error !== null && (
            <ErrorState message={error.message} onRetry={() => void refetch()} />
          )}
          {isEmpty && <p className="text-[13px] text-muted">No description yet. It is loaded in a minute.</p>}
          {details?.description != null && <Description text={details.description} />}
          {details !== undefined && <Tags {...details} />}
        </div>
      </Panel>
      {details !== undefined && details.markets.length > 0 && (
        <Panel title="Markets" note="Largest 24h volume first">
          <Markets markets={details.markets} />
        </Panel>
      )}
    </div>
  )
}
