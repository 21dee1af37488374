import { queryOptions } from '@tanstack/react-query'
import { fetchMethods, fetchQualityHours, fetchTableQuality, findCheckHistory } from '@/lib/api'

const everyMs = 15_000
const matrixHours = 24

export const tablesQuery = queryOptions({
  queryKey: ['quality', 'tables'],
  queryFn: fetchTableQuality,
  refetchInterval: everyMs,
})

export const hoursQuery = queryOptions({
  queryKey: ['quality', 'hours'],
  queryFn: () => fetchQualityHours(matrixHours),
  refetchInterval: everyMs,
})

export const methodsQuery = queryOptions({ queryKey: ['quality', 'methods'], queryFn: fetchMethods })

export const historyQuery = (name: string, hours: number) =>
  queryOptions({
    queryKey: ['quality', 'history', name, hours],
    queryFn: () => findCheckHistory(name, hours),
    refetchInterval: everyMs,
  })
