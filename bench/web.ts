import { rmSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { buildWeb, isBuildStale } from '../server/cli/build.ts'
import { startSimulator } from '../simulator/simulator.ts'
import { createDataFolder } from '../test/data-folder.ts'
import { noBrowser, openBrowser } from '../test/e2e/browser.ts'
import { waitForData } from '../test/e2e/market-data.ts'
import { startProduct } from '../test/product.ts'
import type { Bench } from './measure.ts'
import { importPeer } from './peer.ts'
import { measureBatches } from './web-batches.ts'
import { type Figures, toLine, toUse } from './web-budgets.ts'
import { measureInteractions } from './web-interactions.ts'
import { type Lighthouse, lighthousePackage, measureScores } from './web-lighthouse.ts'
import { findPort, type Route, routes, waitForCoins } from './web-pages.ts'
import { measureScripts } from './web-scripts.ts'

const tracked = 5000
const batchCpuMs = 12

/** The market table of 5,000 coins in a window for 500 rows and in one of common size. */
async function measureTable(browser: Browser): Promise<Record<string, number>> {
  const simulator = await startSimulator({ coins: 6000 })
  const product = await startProduct({
    CRYPTOFLOW_MODE: 'live',
    TRACKED_COINS: String(tracked),
    COINGECKO_BASE_URL: simulator.baseUrl,
    COINCAP_WS_URL: simulator.wsUrl,
    COINGECKO_CALLS_PER_MINUTE: '100',
    STREAM_SOURCES: 'coincap',
  })
  try {
    await waitForCoins(product, tracked)
    const numbers: Record<string, number> = {}
    for (const isHigh of [true, false]) {
      const { rows, cpu_ms, cpu_ms_per_100, per_second } = await measureBatches(browser, product.url, isHigh)
      process.stderr.write(
        `${tracked} coins, ${rows} rows drawn: ${cpu_ms_per_100.toFixed(1)} ms of 100 ms (budget ${batchCpuMs}); ` +
          `${cpu_ms.toFixed(1)} ms per batch, ${per_second} batches/s\n`,
      )
      numbers[`cpu_ms_per_100 ${isHigh ? 'high' : 'common'} window`] = cpu_ms_per_100
    }
    return numbers
  } finally {
    await product.stop()
    await simulator.close()
  }
}

/**
 * The cost of each page on a CPU 4 times slower than this machine, as the highest use of a budget. The product runs in
 * demo mode with 50 coins, without network slowdown. Lighthouse measures without a stream, because it waits for an idle
 * page. Interactions run with a stream. Last, the CPU time of the stream in a table of 5,000 coins, without slowdown.
 */
export const bench: Bench = async () => {
  if (noBrowser) throw new Error(`The web benchmark needs a browser: ${noBrowser}`)
  const { name, version } = lighthousePackage
  const { default: lighthouse } = (await importPeer(name, version)) as { default: Lighthouse }
  if (await isBuildStale()) await buildWeb()
  const port = await findPort()
  const browser = await openBrowser([`--remote-debugging-port=${port}`])
  const folder = createDataFolder()
  const onPages = async <T>(settings: Record<string, string>, measure: (url: string, route: Route) => Promise<T>) => {
    const product = await startProduct(settings, folder)
    try {
      await waitForData(product)
      const found = new Map<Route, T>()
      for (const route of routes) found.set(route, await measure(product.url, route))
      return found
    } finally {
      await product.stop()
    }
  }
  try {
    const still = await onPages({ ROLES: 'api,jobs,web' }, async (url, route) => ({
      ...(await measureScripts(browser, url, route)),
      ...(await measureScores(lighthouse, { url, route, port })),
    }))
    const live = await onPages({}, async (url, route) => ({ inp_ms: await measureInteractions(browser, url, route) }))
    const numbers: Record<string, number> = {}
    let ratio = 0
    for (const [route, { compressed: _, ...scores }] of still) {
      const figures: Figures = { ...scores, inp_ms: live.get(route)?.inp_ms ?? Number.NaN }
      process.stderr.write(toLine(route, figures))
      ratio = Math.max(ratio, ...Object.values(toUse(route, figures)))
      for (const [figure, value] of Object.entries(figures)) numbers[`${route} ${figure}`] = value
    }
    const table = await measureTable(browser)
    ratio = Math.max(ratio, ...Object.values(table).map((cpu_ms) => cpu_ms / batchCpuMs))
    return { ratio, limit: 1, ...numbers, ...table }
  } finally {
    await browser.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
