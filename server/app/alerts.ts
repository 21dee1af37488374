import { startPriceWatch } from '../alerts/price-watch.ts'
import { startFeedRounds, startRounds } from '../alerts/rounds.ts'
import { readPortfolioFigures } from '../api/portfolio/figures.ts'
import { systemClock } from '../clock.ts'
import type { StreamOptions } from '../live/stream.ts'
import type { AppContext, Module } from './module.ts'

/** Evaluates alerts about prices and their sources while this process produces the prices. */
export const watchPrices =
  ({ warehouse: { db, pool }, upstreams: { clock }, log }: AppContext): NonNullable<StreamOptions['startWatch']> =>
  async (readFeeds) => {
    const options = { db, pool, clock, log }
    const watch = await startPriceWatch(options)
    const rounds = startFeedRounds({ ...options, readFeeds })
    const stop = async () => {
      await Promise.all([watch.stop(), rounds.stop()])
    }
    return { add: (ticks) => watch.add(ticks), follow: (coins) => watch.follow(coins), stop }
  }

/** Evaluates the other alerts, where the jobs run. */
export function startAlerts({ config, warehouse: { db, pool }, log }: AppContext): Module | null {
  if (!config.ROLES.includes('jobs')) return null
  const readPortfolio = (id: number) => readPortfolioFigures(db, id)
  return startRounds({ db, pool, clock: systemClock, log, readPortfolio })
}
