import type { Watchlist } from '@contract/watchlist.ts'
import { Button } from '@/components/ui/button'
import { CoinIcon } from '@/components/ui/coin-icon'
import { IntentLink } from '@/components/ui/intent-link'
import { Age, Moment } from '@/components/ui/moment'
import { coinHref } from '@/lib/links'
import { type StarCoin, useWatchlist } from '@/lib/watchlist'
import { StarButton } from './star-button'
import { useReplaceStar } from './stars'

type Item = Watchlist['items'][number]

const toStarred = ({ coin_id: id, ...coin }: Pick<Item, 'coin_id' | keyof Omit<StarCoin, 'id'>>): StarCoin => ({
  id,
  ...coin,
})

const link = 'text-accent hover:underline'

function Successor({ item, successor }: { item: Item; successor: NonNullable<Item['successor']> }) {
  const replace = useReplaceStar()
  return (
    <>
      <span className="text-muted">
        {'Now listed as '}
        <IntentLink href={coinHref(successor)} className={link}>
          {successor.name} ({successor.coingecko_id})
        </IntentLink>
      </span>
      {successor.is_tracked && (
        <Button onClick={() => replace(toStarred(item), toStarred(successor))}>Watch {successor.coingecko_id}</Button>
      )}
    </>
  )
}

/** Watched coins that are no longer tracked, since when, and their successors. */
export function RetiredCoins() {
  const { data } = useWatchlist()
  const retired = data?.items.filter(({ is_tracked }) => !is_tracked) ?? []
  if (retired.length === 0) return null
  return (
    <ul aria-label="Watched coins no longer tracked" className="border-b border-line text-[13px]">
      {retired.map((item) => (
        <li key={item.coin_id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-2 py-1.5">
          <StarButton coin={toStarred(item)} />
          <span className="flex min-w-0 items-center gap-2.5">
            <CoinIcon coin={item} />
            <IntentLink href={coinHref(item)} className="truncate font-medium hover:text-accent">
              {item.name}
            </IntentLink>
            <span className="text-faint uppercase">{item.symbol}</span>
          </span>
          {item.last_seen_at !== null && (
            <span className="num text-muted">
              Not tracked since <Moment at={item.last_seen_at} /> <Age at={item.last_seen_at} className="text-faint" />
            </span>
          )}
          {item.successor !== null && <Successor item={item} successor={item.successor} />}
        </li>
      ))}
    </ul>
  )
}
