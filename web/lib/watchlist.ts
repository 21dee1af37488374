import type { Coin } from '@contract/coins.ts'
import type { Watchlist } from '@contract/watchlist.ts'
import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Router from 'next/router'
import { useEffect, useMemo } from 'react'
import { showToast } from '@/components/ui/toast'
import { ApiError, readAnswer } from './api'
import { later } from './later'
import { toSignIn } from './return-path'
import { authorizedFetch, session, useSession } from './session'
import { rememberStar } from './star-intent'
import { withCoin, withoutCoin } from './watched'

/** What a star needs to know of its coin. */
export type Starred = Pick<Coin, 'id' | 'coingecko_id' | 'symbol' | 'name' | 'image_url'>

const channelName = 'cryptoflow_watchlist'
const path = '/api/v1/watchlist'
const toWatchlistKey = (userId: number | undefined) => ['watchlist', userId] as const

const fetchWatchlist = async (): Promise<Watchlist> => readAnswer(await authorizedFetch(path))

/** Puts a coin on the watchlist of whoever is signed in, or takes it off. One that is there, or gone, already is fine. */
export async function sendStar(coinId: number, watch: boolean): Promise<void> {
  const response = await authorizedFetch(`${path}/${coinId}`, { method: watch ? 'POST' : 'DELETE' })
  if (watch || response.status !== 404) await readAnswer(response)
}

const toQuery = (userId: number | undefined) => ({
  queryKey: toWatchlistKey(userId),
  queryFn: fetchWatchlist,
  enabled: userId !== undefined,
})

/** The coins that whoever is signed in watches; undefined data when nobody is. */
export const useWatchlist = () => useQuery(toQuery(useSession()?.id))

function tellTabs(): void {
  const channel = new BroadcastChannel(channelName)
  channel.postMessage(null)
  channel.close()
}

/** Hears of stars that were set in another tab. */
export function useWatchlistNews(): void {
  const client = useQueryClient()
  useEffect(
    () =>
      later(() => {
        const channel = new BroadcastChannel(channelName)
        channel.onmessage = () => void client.invalidateQueries({ queryKey: ['watchlist'] })
        return () => channel.close()
      }),
    [client],
  )
}

type Toggle = { userId: number; coin: Starred; watch: boolean }

function askToSignIn({ id }: Starred): void {
  const back = location.pathname + location.search
  rememberStar({ coin_id: id, back })
  void Router.push(toSignIn(back))
}

/** At once on the page, then on the server, one after the other; taken back with a word when the server refuses. */
const toMutation = (client: QueryClient) => ({
  mutationKey: ['watchlist'],
  scope: { id: 'watchlist' },
  networkMode: 'always' as const,
  mutationFn: ({ coin, watch }: Toggle) => sendStar(coin.id, watch),
  onMutate: async ({ userId, coin, watch }: Toggle) => {
    const queryKey = toWatchlistKey(userId)
    await client.cancelQueries({ queryKey })
    const place = client.getQueryData<Watchlist>(queryKey)?.coin_ids.indexOf(coin.id) ?? -1
    client.setQueryData<Watchlist>(queryKey, (list) => (watch ? withCoin(list, coin) : withoutCoin(list, coin.id)))
    return place
  },
  onError: (error: Error, { userId, coin, watch }: Toggle, place: number | undefined) => {
    client.setQueryData<Watchlist>(toWatchlistKey(userId), (list) =>
      watch ? withoutCoin(list, coin.id) : withCoin(list, coin, place),
    )
    if (error instanceof ApiError && error.status === 401) askToSignIn(coin)
    else showToast(`${coin.name} was not ${watch ? 'put on' : 'taken off'} your watchlist. ${error.message}`)
  },
  onSettled: async (_data: unknown, error: Error | null) => {
    if (error === null) tellTabs()
    if (client.isMutating({ mutationKey: ['watchlist'] }) === 1)
      await client.invalidateQueries({ queryKey: ['watchlist'] })
  },
})

/** Which coins are watched, by id, and what a press on a star does. `replace` watches another coin instead of one. */
export type Stars = {
  watched: ReadonlySet<number>
  set: (coin: Starred, watch: boolean) => void
  replace: (coin: Starred, other: Starred) => void
}

/** The stars of a whole page: who is not signed in is led there, and back to a set star. */
export function useStars(): Stars {
  const client = useQueryClient()
  const { data: list } = useWatchlist()
  const { mutateAsync } = useMutation(useMemo(() => toMutation(client), [client]))
  return useMemo(() => {
    /** Whether the server took it; a refusal is told by the mutation. */
    const set = async (coin: Starred, watch: boolean): Promise<boolean> => {
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
    const replace = async (coin: Starred, other: Starred) => {
      if (await set(other, true)) await set(coin, false)
    }
    return {
      watched: new Set(list?.coin_ids),
      set: (coin, watch) => void set(coin, watch),
      replace: (coin, other) => void replace(coin, other),
    }
  }, [list, mutateAsync])
}
