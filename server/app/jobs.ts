import { systemClock } from '../clock.ts'
import type { Config } from '../config.ts'
import type { JobDeps } from '../jobs/job.ts'
import { createRunner } from '../jobs/runner.ts'
import type { Log } from '../log.ts'
import { type CoingeckoSource, pageSize } from '../sources/coingecko.ts'
import type { Warehouse } from '../warehouse/open.ts'
import type { AppContext, Module, Terminal } from './module.ts'
import { createImages, type Upstreams } from './upstreams.ts'

const maxFetchMinutes = 8

export const toJobDeps = (
  config: Config,
  { db, pool }: Warehouse,
  { market, candles }: Pick<Upstreams, 'market' | 'candles'>,
): JobDeps => ({
  db,
  pool,
  market,
  candles,
  images: createImages(config),
  clock: systemClock,
  trackedCoins: config.TRACKED_COINS,
  retainRawDays: config.RETAIN_RAW_DAYS,
  history: { days: config.BACKFILL_DAYS, coins: config.BACKFILL_COINS },
  correlationCoins: config.CORRELATION_COINS,
  riskFreeRate: config.RISK_FREE_RATE_PCT / 100,
})

/** Runs the jobs. They start to stop when a stop is requested, while the server still serves. */
export async function startJobs(
  { config, log, warehouse, upstreams, stopping }: AppContext,
  { step, onProgress }: Terminal,
): Promise<Module | null> {
  if (!config.ROLES.includes('jobs')) return null
  warnOfBudget(config, upstreams.market, log)
  const deps = { ...toJobDeps(config, warehouse, upstreams), log, onProgress }
  const runner = createRunner({ ...deps, connection: warehouse.connection })
  await step('Starting the jobs', runner.start)
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => {
    stopped ??= runner.stop()
    return stopped
  }
  stopping.addEventListener('abort', () => stop().catch(() => undefined), { once: true })
  return { stop }
}

function warnOfBudget({ TRACKED_COINS }: Config, { callsPerMinute }: CoingeckoSource, log: Log): void {
  const calls = Math.ceil(TRACKED_COINS / pageSize)
  if (calls / callsPerMinute > maxFetchMinutes)
    log.warn(
      { calls, callsPerMinute },
      'The CoinGecko rate limit is too low for this many coins. Add an API key or lower TRACKED_COINS.',
    )
}
