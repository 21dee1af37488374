import type { Coin } from '@contract/coins.ts'
import type { Watchlist } from '@contract/watchlist.ts'
import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Router from 'next/router'
import { useEffect, useMemo } from 'react'
import { ApiError, readAnswer } from './api'
import { toSignIn } from './links'
import { authorizedFetch, session, useSession } from './session'
import { showToast } from './toast'
import { withCoin, withoutCoin } from './watchlist-items'

/** The coin of a star button. */
export type StarCoin = Pick<Coin, 'id' | 'coingecko_id' | 'symbol' | 'name' | 'image_url' | 'logo_url'>

const channelName = 'cryptoflow_watchlist'
const path = '/api/v1/watchlist'
const toWatchlistKey = (userId: number | undefined) => ['watchlist', userId] as const

const fetchWatchlist = async (): Promise<Watchlist> => readAnswer(await authorizedFetch(path))

/** Adds a coin to the user's watchlist, or removes it. Succeeds when that is so already. */
export async function sendStar(coinId: number, watch: boolean): Promise<void> {
  const response = await authorizedFetch(`${path}/${coinId}`, { method: watch ? 'POST' : 'DELETE' })
  if (watch || response.status !== 404) await readAnswer(response)
}

/** The user's watchlist; undefined data without a session. */
export function useWatchlist() {
  const userId = useSession()?.id
  return useQuery({ queryKey: toWatchlistKey(userId), queryFn: fetchWatchlist, enabled: userId !== undefined })
}

function notifyTabs(): void {
  const channel = new BroadcastChannel(channelName)
  channel.postMessage(null)
  channel.close()
}

/** Refetches the watchlist when another tab changes it. */
export function useWatchlistSync(): void {
  const client = useQueryClient()
  useEffect(() => {
    const channel = new BroadcastChannel(channelName)
    channel.onmessage = () => void client.invalidateQueries({ queryKey: ['watchlist'] })
    return () => channel.close()
  }, [client])
}

const pendingStarKey = 'cryptoflow_star'

/** A star pressed without a session, and the page to return to after signing in. */
type PendingStar = { coin_id: number; back: string }

const savePendingStar = (star: PendingStar): void => sessionStorage.setItem(pendingStarKey, JSON.stringify(star))

/** Removes the pending star; returns its coin when it was pressed on the page `back`. */
export function takePendingStar(back: string): number | undefined {
  const text = sessionStorage.getItem(pendingStarKey)
  sessionStorage.removeItem(pendingStarKey)
  if (text === null) return undefined
  const star: PendingStar = JSON.parse(text)
  return star.back === back ? star.coin_id : undefined
}

type Toggle = { userId: number; coin: StarCoin; watch: boolean }

function askToSignIn({ id }: StarCoin): void {
  const back = location.pathname + location.search
  savePendingStar({ coin_id: id, back })
  void Router.push(toSignIn(back))
}

/** Optimistic and serial; a failed change is reverted with a toast. */
const toMutation = (client: QueryClient) => ({
  mutationKey: ['watchlist'],
  scope: { id: 'watchlist' },
  networkMode: 'always' as const,
  mutationFn: ({ coin, watch }: Toggle) => sendStar(coin.id, watch),
  onMutate: async ({ userId, coin, watch }: Toggle) => {
    const queryKey = toWatchlistKey(userId)
    await client.cancelQueries({ queryKey })
    const index = client.getQueryData<Watchlist>(queryKey)?.coin_ids.indexOf(coin.id) ?? -1
    client.setQueryData<Watchlist>(queryKey, (list) => (watch ? withCoin(list, coin) : withoutCoin(list, coin.id)))
    return index
  },
  onError: (error: Error, { userId, coin, watch }: Toggle, index: number | undefined) => {
    client.setQueryData<Watchlist>(toWatchlistKey(userId), (list) =>
      watch ? withoutCoin(list, coin.id) : withCoin(list, coin, index),
    )
    if (error instanceof ApiError && error.status === 401) askToSignIn(coin)
    else showToast(`Can't ${watch ? 'add' : 'remove'} ${coin.name}. ${error.message}`)
  },
  onSettled: async (_data: unknown, error: Error | null) => {
    if (error === null) notifyTabs()
    if (client.isMutating({ mutationKey: ['watchlist'] }) === 1)
      await client.invalidateQueries({ queryKey: ['watchlist'] })
  },
})

/** Ids of the watched coins, and the actions of star buttons. `replace` watches `other` in place of `coin`. */
export type Stars = {
  watched: ReadonlySet<number>
  set: (coin: StarCoin, watch: boolean) => void
  replace: (coin: StarCoin, other: StarCoin) => void
}

/** The state of all star buttons of a page. Without a session a star opens the sign-in form, and is set afterwards. */
export function useStars(): Stars {
  const client = useQueryClient()
  const { data: list } = useWatchlist()
  const { mutateAsync } = useMutation(useMemo(() => toMutation(client), [client]))
  return useMemo(() => {
    /** Did it succeed? The mutation reports failures. */
    const set = async (coin: StarCoin, watch: boolean): Promise<boolean> => {
      const state = await session.settled()
      if (state.session === null) {
        askToSignIn(coin)
        return false
      }
      const toggle = { userId: state.session.id, coin, watch }
      return mutateAsync(toggle).then(
        () => true,
        () => false,
      )
    }
    const replace = async (coin: StarCoin, other: StarCoin) => {
      if (await set(other, true)) await set(coin, false)
    }
    return {
      watched: new Set(list?.coin_ids),
      set: (coin, watch) => void set(coin, watch),
      replace: (coin, other) => void replace(coin, other),
    }
  }, [list, mutateAsync])
}
