import type { SharedPortfolio } from '@contract/portfolios.ts'
import type { GetServerSideProps } from 'next'
import { PageHead } from '@/components/shell/page-head'
import { Change } from '@/components/ui/change'
import { CoinIcon } from '@/components/ui/coin-icon'
import { IntentLink } from '@/components/ui/intent-link'
import { findShared } from '@/lib/api'
import { formatCompactUsd, formatExact, formatPrice, formatShare, formatUtc } from '@/lib/format'

type Props = { shared: SharedPortfolio }

export const getServerSideProps: GetServerSideProps<Props> = async ({ params, res }) => {
  res.setHeader('cache-control', 'no-store')
  res.setHeader('x-robots-tag', 'noindex')
  const shared = await findShared(String(params?.token))
  return shared === undefined ? { notFound: true } : { props: { shared } }
}

/** The portfolio of a share link. */
export default function SharedPage({ shared }: Props) {
  const facts = [
    ['Value', shared.hides_amounts ? 'Hidden' : formatCompactUsd(shared.value_usd)],
    ['Unrealized return', <Change key="pct" pct={shared.unrealized_pct} />],
    [
      'Time-weighted return',
      <Change key="twr" pct={shared.time_weighted_return === null ? null : shared.time_weighted_return * 100} />,
    ],
  ] as const
  return (
    <>
      <PageHead title={shared.name} />
      <h1 className="mb-3 text-[20px] leading-8 font-semibold break-words">{shared.name}</h1>
      <dl className="panel mb-3 flex flex-wrap gap-x-10 gap-y-3 px-4 py-3">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt className="text-[12px] text-muted">{label}</dt>
            <dd className="num text-[16px] font-medium">{value}</dd>
          </div>
        ))}
      </dl>
      <section className="panel" aria-label="Holdings">
        <ul className="divide-y divide-line text-[13px]">
          {shared.positions.map((one) => (
            <li key={one.coin_id} className="num flex flex-wrap items-center gap-x-6 gap-y-1 px-4 py-2">
              <IntentLink href={`/coins/${one.coingecko_id}`} className="mr-auto flex items-center gap-2.5">
                <CoinIcon coin={one} />
                <span className="font-medium">{one.name}</span>
              </IntentLink>
              <span className="text-muted">{formatPrice(one.price_usd)}</span>
              {one.quantity !== null && <span>{formatExact(one.quantity)}</span>}
              <Change pct={one.unrealized_pct} />
              <span className="w-16 text-right">{formatShare(one.weight_pct)}</span>
            </li>
          ))}
        </ul>
      </section>
      {shared.as_of !== null && <p className="pt-2 text-[12px] text-faint">Prices of {formatUtc(shared.as_of)}</p>}
    </>
  )
}
