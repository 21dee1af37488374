import type { Browser } from 'playwright-core'
import { buildWeb, isBuildStale } from '../server/cli/build.ts'
import { startSimulator } from '../simulator/simulator.ts'
import { noBrowser, openBrowser } from '../test/e2e/browser.ts'
import { startProduct } from '../test/product.ts'
import type { Bench } from './measure.ts'
import { importPeer } from './peer.ts'
import { measureBatches } from './web-batches.ts'
import { type Figures, toLine, toUse } from './web-budgets.ts'
import { measureInteractions } from './web-interactions.ts'
import { type Lighthouse, lighthousePackage, measureScores } from './web-lighthouse.ts'
import { findPort, type Route, routes, waitForCoins, waitForData } from './web-pages.ts'
import { measureScripts } from './web-scripts.ts'

const tracked = 5000
const batchCpuMs = 12

/** The market table with all of 5,000 coins, first in a window so high that 500 rows are drawn, then in one of common size. */
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
      const { rows, cpu_ms, per_second } = await measureBatches(browser, product.url, isHigh)
      process.stderr.write(
        `${tracked} coins, ${rows} rows drawn: ${cpu_ms.toFixed(1)} ms a batch (budget ${batchCpuMs}), ${per_second} batches a second\n`,
      )
      numbers[`batch_cpu_ms ${isHigh ? 'high' : 'common'} window`] = cpu_ms
    }
    return numbers
  } finally {
    await product.stop()
    await simulator.close()
  }
}

/**
 * What each page of the web app costs a reader whose CPU is 4 times slower than this machine: the worst use of a budget.
 * The product runs in demo mode with 50 coins; nothing slows its network down. Then what a batch of prices costs the main
 * thread, not slowed down, in a table of 5,000 coins.
 */
export const bench: Bench = async () => {
  if (noBrowser) throw new Error(`Pages are measured in a browser: ${noBrowser}`)
  const { name, version } = lighthousePackage
  const { default: lighthouse } = (await importPeer(name, version)) as { default: Lighthouse }
  if (await isBuildStale()) await buildWeb()
  const port = await findPort()
  const product = await startProduct()
  const browser = await openBrowser([`--remote-debugging-port=${port}`])
  const { url } = product
  const measure = async (route: Route): Promise<Figures> => {
    const { js_kb } = await measureScripts(browser, url, route)
    const inp_ms = await measureInteractions(browser, url, route)
    return { js_kb, inp_ms, ...(await measureScores(lighthouse, { url, route, port })) }
  }
  try {
    await waitForData(product)
    const numbers: Record<string, number> = {}
    let ratio = 0
    for (const route of routes) {
      const figures = await measure(route)
      process.stderr.write(toLine(route, figures))
      ratio = Math.max(ratio, ...Object.values(toUse(route, figures)))
      for (const [figure, value] of Object.entries(figures)) numbers[`${route} ${figure}`] = value
    }
    await product.stop()
    const table = await measureTable(browser)
    ratio = Math.max(ratio, ...Object.values(table).map((cpu_ms) => cpu_ms / batchCpuMs))
    return { ratio, limit: 1, ...numbers, ...table }
  } finally {
    await browser.close()
    await product.stop()
  }
}
