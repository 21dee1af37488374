import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { parseAsArrayOf, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { useMemo } from 'react'
import { fetchAllCoins } from '@/lib/api'
import { periods } from './change-tiers'
import { groupingNames, groupings } from './treemap-groups'
import { isOnMap, type MapCoin, type MapList, treemapCoins } from './treemap-layout'

const everyMs = 60_000
export const sizes = ['100', '300', 'all'] as const
const limits = { 100: 100, 300: 300, all: Number.POSITIVE_INFINITY } as const

/** What can be left out of the map. */
export const exclusions = ['bitcoin', 'stablecoins'] as const
export type Exclusion = (typeof exclusions)[number]

const isExcluded: Record<Exclusion, (coin: MapCoin) => boolean> = {
  bitcoin: ({ coingecko_id }) => coingecko_id === 'bitcoin',
  stablecoins: ({ kind }) => kind === 'stablecoin',
}

/** The URL state of the map. `zoom`: the part of the grouping that fills the map. */
const parsers = {
  map: parseAsStringLiteral(sizes).withDefault('100'),
  period: parseAsStringLiteral(periods).withDefault('24h'),
  without: parseAsArrayOf(parseAsStringLiteral(exclusions)).withDefault([]),
  group: parseAsStringLiteral(groupingNames),
  zoom: parseAsString,
}

/** The coins of the map; the URL says how many. */
export function useMapCoins(initial: MapList | null) {
  const [{ map: size }] = useQueryStates(parsers)
  return useQuery({
    queryKey: ['coins', 'map', size],
    queryFn: (): Promise<MapList> => fetchAllCoins(treemapCoins, limits[size]),
    refetchInterval: everyMs,
    placeholderData: keepPreviousData,
    ...(initial === null || size !== '100' ? {} : { initialData: initial }),
  })
}

/** The state of the map, and the coins it shows. `zoom` is null when no coin is in that part. */
export function useMap(initial: MapList | null) {
  const [state, setState] = useQueryStates(parsers, { history: 'push' })
  const { without, group, zoom } = state
  const answer = useMapCoins(initial)
  const found = useMemo(() => {
    const left = (answer.data?.items ?? []).filter(
      (coin) => isOnMap(coin) && !without.some((name) => isExcluded[name](coin)),
    )
    const part = group === null ? [] : left.filter((coin) => groupings[group].toKey(coin) === zoom)
    return part.length === 0 ? { shown: left, zoom: null } : { shown: part, zoom }
  }, [answer.data, without, group, zoom])
  return { ...answer, ...state, ...found, setState }
}
