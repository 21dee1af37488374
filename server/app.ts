import type { Mode } from '../contract/units.ts'
import { openPages } from './api/pages.ts'
import { startAlerts } from './app/alerts.ts'
import { startJobs } from './app/jobs.ts'
import { resolveMode } from './app/mode.ts'
import type { AppContext, Module, Terminal } from './app/module.ts'
import { openNotifications, startDelivery } from './app/notifications.ts'
import { startPrices } from './app/prices.ts'
import { openReplica } from './app/replica.ts'
import { startServer } from './app/server.ts'
import { startUpstreams } from './app/upstreams.ts'
import type { Config } from './config.ts'
import type { Connection } from './warehouse/db.ts'
import { openWarehouse } from './warehouse/open.ts'

export type App = {
  url: string
  /** The address that several processes share. Null: there is none. */
  sharedUrl: string | null
  mode: Mode
  connection: Connection
  /** Stops the modules in reverse order of startup. */
  stop(): Promise<void>
  /** Stops the built-in database immediately. It would otherwise outlive this process. */
  kill(): void
}

/**
 * Starts the modules of this process's roles. When one fails, stops the started ones. `sharedPort`: a worker of
 * `node:cluster` also serves this port.
 */
export async function startApp(config: Config, terminal: Terminal, sharedPort: number | null = null): Promise<App> {
  const { log, step } = terminal
  const stopping = new AbortController()
  const modules: Module[] = []
  const started = <T extends Module | null>(module: T): T => {
    if (module !== null) modules.push(module)
    return module
  }
  const stop = async () => {
    stopping.abort()
    for (const module of modules.splice(0).reverse()) await module.stop()
  }
  try {
    const mode = await step('Checking CoinGecko', () => resolveMode(config, log))
    const sqlPort = config.SQL_PORT || null
    const options = { connection: config.DATABASE_URL, dataDir: config.DATA_DIR, mode, log, sqlPort }
    const warehouse = await step('Opening the warehouse', () => openWarehouse(options))
    started({ stop: warehouse.close })
    const upstreams = started(await startUpstreams(config, { mode, log }))
    const context: AppContext = { config, log, warehouse, upstreams, stopping: stopping.signal }
    const prices = started(await startPrices(context))
    const pages = config.ROLES.includes('web') ? started(await step('Opening the web app', openPages)) : null
    started(await startJobs(context, terminal))
    started(startAlerts(context))
    const notifications = started(openNotifications(context))
    started(await startDelivery(context, notifications))
    const replica = started(await openReplica(config, log))
    const { url, sharedUrl } = started(
      await startServer(context, { prices, replica, pages, notifications, sharedPort }),
    )
    return { url, sharedUrl, mode, connection: warehouse.connection, stop, kill: warehouse.kill }
  } catch (error) {
    await stop()
    throw error
  }
}
