import type { IncomingMessage, ServerResponse } from 'node:http'
import { createChart, createOhlc, ohlcDays } from './charts.ts'
import { createDetails } from './details.ts'
import { sendError, sendJson, sendNested, sendStatus } from './errors.ts'
import { answerExchange } from './exchange.ts'
import {
  answerFault,
  answerFaults,
  candleFaults,
  corruptRows,
  type Fault,
  type Faults,
  faultKinds,
  rowFaults,
} from './faults.ts'
import { isChangeWindow, type Listing } from './listing.ts'
import type { Market } from './model.ts'
import { listRates } from './rates.ts'

const base = '/api/v3'
const exchanges = '/exchanges'
const maxHistoryDays = 365
const minuteMs = 60_000

export type HttpOptions = {
  market: Market
  listing: Listing
  faults: Faults
  clock: () => number
  apiKey: string | null
  rateLimitPerMinute: number | null
  snapshotQuantumMs: number
}

/**
 * Simulates CoinGecko's REST API v3 under `/api/v3`, and exchanges under `/exchanges`. `/_faults` reads, sets and clears
 * faults.
 */
export function createHandler(options: HttpOptions): (request: IncomingMessage, response: ServerResponse) => void {
  const calls: number[] = []
  return (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    if (pathname === '/_faults') return void answerFaultRequest(options.faults, request, response)
    if (pathname.startsWith(exchanges)) {
      const problem = options.faults.take(pathname, ['exchange_limit', 'exchange_ban', 'exchange_block'])
      if (problem !== undefined) return answerFault(response, problem)
      return answerExchange(options, pathname.slice(exchanges.length), searchParams, response)
    }
    if (isRefused(options, calls, request, response)) return
    const fault = options.faults.take(pathname, answerFaults)
    if (fault !== undefined) return answerFault(response, fault)
    if (!pathname.startsWith(base)) return sendError(response, 404, 'Not Found')
    route(options, pathname.slice(base.length), searchParams, response)
  }
}

function isRefused(
  { apiKey, rateLimitPerMinute }: HttpOptions,
  calls: number[],
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  if (request.headers['user-agent'] === undefined) {
    const error_message = 'Please add a descriptive User-Agent to your request.'
    sendStatus(response, 403, { error_code: 403, error_message })
    return true
  }
  const key = request.headers['x-cg-demo-api-key'] ?? request.headers['x-cg-pro-api-key']
  if (apiKey !== null && key !== apiKey) {
    const error_message = 'API Key Missing. Please make sure you use the right key and header.'
    sendStatus(response, 401, { timestamp: new Date().toISOString(), error_code: 10002, error_message })
    return true
  }
  const now = Date.now()
  while (calls[0] !== undefined && calls[0] <= now - minuteMs) calls.shift()
  if (rateLimitPerMinute !== null && calls.length >= rateLimitPerMinute) {
    const wait = Math.ceil(((calls[0] ?? now) + minuteMs - now) / 1000)
    answerFault(response, { kind: 'rate_limit', value: wait })
    return true
  }
  calls.push(now)
  return false
}

function route(options: HttpOptions, path: string, query: URLSearchParams, response: ServerResponse): void {
  if (path === '/ping') return sendJson(response, { gecko_says: '(V3) To the Moon!' })
  if (path === '/coins/list') return sendList(options, response)
  if (path === '/exchange_rates') return sendJson(response, { rates: listRates(options.market, toSecond(options)) })
  if (path === '/coins/markets') return sendMarkets(options, query, response)
  const [, id, page] = /^\/coins\/([^/]+)\/(market_chart|ohlc)$/.exec(path) ?? []
  const [, detailed] = /^\/coins\/([^/]+)$/.exec(path) ?? []
  if (detailed !== undefined) return sendDetails(options, decodeURIComponent(detailed), response)
  if (id === undefined) return sendError(response, 404, 'Not Found')
  if (!query.has('vs_currency')) return sendError(response, 422, 'Missing parameter vs_currency')
  if (page === 'ohlc') return sendOhlc(options, decodeURIComponent(id), query, response)
  sendChart(options, decodeURIComponent(id), query, response)
}

const toSecond = ({ clock }: HttpOptions): number => Math.floor(clock() / 1000)

function sendList(options: HttpOptions, response: ServerResponse): void {
  const now = toSecond(options)
  const coins = options.market.coins.filter((coin) => coin.born <= now && !coin.inactive)
  sendJson(
    response,
    coins.map(({ id, symbol, name }) => ({ id, symbol, name })),
  )
}

function sendMarkets(options: HttpOptions, query: URLSearchParams, response: ServerResponse): void {
  if (!query.has('vs_currency')) return sendError(response, 422, 'Missing parameter vs_currency')
  const perPage = Number(query.get('per_page') ?? 100)
  const page = Number(query.get('page') ?? 1)
  if (!Number.isInteger(perPage) || perPage < 1 || perPage > 250 || !Number.isInteger(page) || page < 1)
    return sendError(response, 422, 'Invalid pagination')
  const { faults, listing, snapshotQuantumMs, clock } = options
  const stale = faults.take('/coins/markets', ['stale'])
  const at = clock() - (stale === undefined ? 0 : (stale.value ?? 6) * 3_600_000)
  const second = Math.floor((Math.floor(at / snapshotQuantumMs) * snapshotQuantumMs) / 1000)
  const rows = listing.listPage(second, {
    ids: query.get('ids')?.split(',') ?? null,
    order: query.get('order') ?? 'market_cap_desc',
    perPage,
    page,
    changes: (query.get('price_change_percentage') ?? '').split(',').filter(isChangeWindow),
    sparkline: query.get('sparkline') === 'true',
  })
  const fault = faults.take('/coins/markets', rowFaults)
  sendJson(response, fault === undefined ? rows : corruptRows(rows, fault))
}

function sendDetails(options: HttpOptions, id: string, response: ServerResponse): void {
  const coin = options.market.findCoin(id)
  if (coin === undefined) return sendError(response, 404, 'coin not found')
  sendJson(response, createDetails(options.market, coin, toSecond(options)))
}

function sendChart(options: HttpOptions, id: string, query: URLSearchParams, response: ServerResponse): void {
  const coin = options.market.findCoin(id)
  if (coin === undefined) return sendError(response, 404, 'coin not found')
  const days = Number(query.get('days') === 'max' ? maxHistoryDays + 1 : query.get('days'))
  if (!(days > 0)) return sendError(response, 422, 'Missing parameter days')
  const interval = query.get('interval')
  if (interval !== null && interval !== 'daily')
    return sendStatus(response, 403, { error_code: 10005, error_message: 'This interval needs an Enterprise plan.' })
  if (days > maxHistoryDays) {
    const message = 'Your request exceeds the allowed time range. Public API users are limited to the past 365 days.'
    return sendNested(response, 401, 10012, message)
  }
  sendJson(response, createChart(options.market, coin, { now: toSecond(options), days, daily: interval === 'daily' }))
}

function sendOhlc(options: HttpOptions, id: string, query: URLSearchParams, response: ServerResponse): void {
  const coin = options.market.findCoin(id)
  if (coin === undefined) return sendError(response, 404, 'coin not found')
  const days = Number(query.get('days'))
  if (!ohlcDays.includes(days)) return sendError(response, 422, 'Invalid days parameter')
  sendJson(response, createOhlc(options.market, coin, { now: toSecond(options), days }))
}

async function answerFaultRequest(faults: Faults, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'DELETE') faults.clear()
  if (request.method === 'PUT') {
    let text = ''
    for await (const chunk of request) text += chunk
    const wanted = parseFaults(text)
    if (wanted === undefined)
      return sendError(
        response,
        422,
        `Invalid faults. Send a list of {kind, path?, times?, value?} with kind one of ${[...faultKinds, ...candleFaults].join(', ')}.`,
      )
    faults.set(wanted)
  }
  sendJson(response, faults.list())
}

function parseFaults(text: string): Fault[] | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const isFault = (fault: unknown) =>
      typeof fault === 'object' &&
      fault !== null &&
      'kind' in fault &&
      [...faultKinds, ...candleFaults].some((kind) => kind === fault.kind)
    return Array.isArray(value) && value.every(isFault) ? value : undefined
  } catch {
    return undefined
  }
}
