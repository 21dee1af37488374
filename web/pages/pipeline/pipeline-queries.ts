import type { RunListQuery } from '@contract/pipeline.ts'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import {
  fetchBackfills,
  fetchJobHealth,
  fetchLineage,
  fetchNodes,
  fetchRuns,
  fetchStreamReport,
  fetchTimeline,
  findRun,
} from '@/lib/api'

const everyMs = 5000
const timelineEveryMs = 15_000
const streamEveryMs = 2000
const timelineHours = 24

export const healthQuery = queryOptions({
  queryKey: ['pipeline', 'health'],
  queryFn: fetchJobHealth,
  refetchInterval: everyMs,
})

export const nodesQuery = queryOptions({
  queryKey: ['pipeline', 'nodes'],
  queryFn: fetchNodes,
  refetchInterval: everyMs,
})

export const lineageQuery = queryOptions({
  queryKey: ['pipeline', 'lineage'],
  queryFn: fetchLineage,
  refetchInterval: timelineEveryMs,
})

export const backfillsQuery = queryOptions({
  queryKey: ['pipeline', 'backfills'],
  queryFn: fetchBackfills,
  refetchInterval: everyMs,
})

export const timelineQuery = queryOptions({
  queryKey: ['pipeline', 'timeline'],
  queryFn: () => fetchTimeline(timelineHours),
  refetchInterval: timelineEveryMs,
})

export const runsQuery = (query: RunListQuery) =>
  queryOptions({
    queryKey: ['pipeline', 'runs', query],
    queryFn: () => fetchRuns(query),
    refetchInterval: everyMs,
    placeholderData: keepPreviousData,
  })

/** Refetched while the run is in progress. */
export const runQuery = (id: number) =>
  queryOptions({
    queryKey: ['pipeline', 'run', id],
    queryFn: () => findRun(id),
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? everyMs : false),
  })

export const streamQuery = queryOptions({
  queryKey: ['stream'],
  queryFn: fetchStreamReport,
  refetchInterval: streamEveryMs,
})
