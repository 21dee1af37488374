import type { Coin } from '@contract/coins.ts'
import type { Watchlist } from '@contract/watchlist.ts'
import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { usePathname, useRouter } from 'next/navigation'
import { useEffect } from 'react'
import { showToast } from '@/components/ui/toast'
import { ApiError, readAnswer } from './api'
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
  useEffect(() => {
    const channel = new BroadcastChannel(channelName)
    channel.onmessage = () => void client.invalidateQueries({ queryKey: ['watchlist'] })
    return () => channel.close()
  }, [client])
}

type Toggle = { userId: number; coin: Starred; watch: boolean }

/** At once on the page, then on the server, one after the other; taken back with a word when the server refuses. */
const toMutation = (client: QueryClient, onSignedOut: (coin: Starred) => void) => ({
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
    if (error instanceof ApiError && error.status === 401) onSignedOut(coin)
    else showToast(`${coin.name} was not ${watch ? 'put on' : 'taken off'} your watchlist. ${error.message}`)
  },
  onSettled: async (_data: unknown, error: Error | null) => {
    if (error === null) tellTabs()
    if (client.isMutating({ mutationKey: ['watchlist'] }) === 1)
      await client.invalidateQueries({ queryKey: ['watchlist'] })
  },
})

/** Is a coin watched, and what a click on its star does: who is not signed in is led there, and back to a set star. */
export function useStar(coin: Starred): { watched: boolean; toggle: () => void } {
  const client = useQueryClient()
  const router = useRouter()
  const pathname = usePathname()
  const userId = useSession()?.id
  const { data: watched = false } = useQuery({
    ...toQuery(userId),
    select: (list: Watchlist) => list.coin_ids.includes(coin.id),
  })
  const askToSignIn = (wanted: Starred) => {
    const back = pathname + window.location.search
    rememberStar({ coin_id: wanted.id, back })
    router.push(toSignIn(back))
  }
  const { mutate } = useMutation(toMutation(client, askToSignIn))
  const toggle = async () => {
    const state = await session.settled()
    if (state.session === null) askToSignIn(coin)
    else mutate({ userId: state.session.id, coin, watch: !watched })
  }
  return { watched, toggle: () => void toggle() }
}
