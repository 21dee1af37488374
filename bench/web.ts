import { buildWeb, isBuildStale } from '../server/cli/build.ts'
import { noBrowser, openBrowser } from '../test/e2e/browser.ts'
import { startProduct } from '../test/product.ts'
import { type Bench, median } from './measure.ts'
import { importPeer } from './peer.ts'
import { type Figures, toLine, toUse } from './web-budgets.ts'
import { measureInteractions } from './web-interactions.ts'
import { type Lighthouse, lighthousePackage, measureScores, type Scores } from './web-lighthouse.ts'
import { findPort, type Route, routes, waitForData } from './web-pages.ts'
import { measureScripts } from './web-scripts.ts'

const runs = 3

/** Each figure's middle of the runs. */
const toMedian = (all: readonly Scores[]): Scores => {
  const names = Object.keys(all[0] ?? {}) as (keyof Scores)[]
  return Object.fromEntries(names.map((name) => [name, median(all.map((scores) => scores[name]))])) as Scores
}

/**
 * What each page of the web app costs a reader whose CPU is 4 times slower than this machine: the worst use of a budget.
 * The product runs in demo mode with 50 coins; nothing slows its network down.
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
    const scores: Scores[] = []
    while (scores.length < runs) scores.push(await measureScores(lighthouse, { url, route, port }))
    return { js_kb, inp_ms, ...toMedian(scores) }
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
    return { ratio, limit: 1, ...numbers }
  } finally {
    await browser.close()
    await product.stop()
  }
}
