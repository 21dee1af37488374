import type { Coin } from '@contract/coins.ts'
import { maxWatched } from '@contract/lists.ts'
import type { Watchlist, WatchlistMerged } from '@contract/watchlist.ts'
import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { ApiError, readAnswer, toJsonRequest } from './api'
import { readDeviceList, saveDeviceList, useDeviceList } from './device-watchlist'
import { authorizedFetch, session, useSession, useSessionState } from './session'
import { showToast } from './toast'
import { withCoin, withoutCoin } from './watchlist-items'

/** The coin of a star button. */
export type StarCoin = Pick<Coin, 'id' | 'coingecko_id' | 'symbol' | 'name' | 'image_url' | 'logo_url'>

const channelName = 'cryptoflow_watchlist'
const path = '/api/v1/watchlist'
const toWatchlistKey = (userId: number | undefined) => ['watchlist', userId] as const

const fetchWatchlist = async (): Promise<Watchlist> => readAnswer(await authorizedFetch(path))

/** Adds a coin to the user's watchlist, or removes it. Succeeds when that is so already. */
async function sendStar(coinId: number, watch: boolean): Promise<void> {
  const response = await authorizedFetch(`${path}/${coinId}`, { method: watch ? 'POST' : 'DELETE' })
  if (watch || response.status !== 404) await readAnswer(response)
}

/** The watchlist of the account, or of this device when signed out; undefined data until that is known. */
export function useWatchlist(): { data: Watchlist | undefined; error: Error | null; refetch: () => unknown } {
  const { status, session: who } = useSessionState()
  const device = useDeviceList()
  const { data, error, refetch } = useQuery({
    queryKey: toWatchlistKey(who?.id),
    queryFn: fetchWatchlist,
    enabled: who !== null,
  })
  return status === 'signed_out' ? { data: device, error: null, refetch } : { data, error, refetch }
}

function notifyTabs(): void {
  const channel = new BroadcastChannel(channelName)
  channel.postMessage(null)
  channel.close()
}

const countCoins = (count: number): string => `${count} ${count === 1 ? 'coin' : 'coins'}`

/** Adds the watchlist of this device to the account. Coins that do not fit stay on the device. */
async function mergeDeviceList(client: QueryClient): Promise<void> {
  const { items } = readDeviceList()
  if (items.length === 0) return
  const coins = items.map(({ coingecko_id }) => coingecko_id)
  try {
    const { added, full } = await readAnswer<WatchlistMerged>(
      await authorizedFetch(path, toJsonRequest('POST', { coins })),
    )
    saveDeviceList(items.filter(({ coingecko_id }) => full.includes(coingecko_id)))
    await client.invalidateQueries({ queryKey: ['watchlist'] })
    notifyTabs()
    const done = `Added ${countCoins(added.length)} from this device to your watchlist.`
    if (full.length > 0)
      showToast(`${done} ${countCoins(full.length)} did not fit (limit: ${maxWatched}) and stay on this device.`)
    else if (added.length > 0) showToast(done, 'success')
  } catch (error) {
    showToast(`Can't add the watchlist of this device to your account. ${(error as Error).message}`)
  }
}

/** Refetches the watchlist when another tab changes it, and merges that of this device on sign-in. */
export function useWatchlistSync(): void {
  const client = useQueryClient()
  const userId = useSession()?.id
  useEffect(() => {
    if (userId !== undefined) void mergeDeviceList(client)
  }, [userId, client])
  useEffect(() => {
    const channel = new BroadcastChannel(channelName)
    channel.onmessage = () => void client.invalidateQueries({ queryKey: ['watchlist'] })
    return () => channel.close()
  }, [client])
}

type Toggle = { userId: number; coin: StarCoin; watch: boolean }

function setOnDevice(coin: StarCoin, watch: boolean): void {
  const list = readDeviceList()
  if (watch && list.items.length >= maxWatched)
    return showToast(`The watchlist of this device is full (${maxWatched} coins). Remove a coin first.`)
  saveDeviceList((watch ? withCoin(list, coin) : withoutCoin(list, coin.id))?.items ?? [])
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
    if (error instanceof ApiError && error.status === 401 && watch) {
      setOnDevice(coin, true)
      showToast(
        `You are signed out. ${coin.name} is on the watchlist of this device. Sign in to add it to your account.`,
      )
    } else showToast(`Can't ${watch ? 'add' : 'remove'} ${coin.name}. ${error.message}`)
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

/** The state of all star buttons of a page. Without a session this device keeps the stars. */
export function useStars(): Stars {
  const client = useQueryClient()
  const { data: list } = useWatchlist()
  const { mutateAsync } = useMutation(useMemo(() => toMutation(client), [client]))
  return useMemo(() => {
    /** Did it succeed? The mutation reports failures. */
    const set = async (coin: StarCoin, watch: boolean): Promise<boolean> => {
      const state = await session.settled()
      if (state.session === null) {
        setOnDevice(coin, watch)
        return true
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
