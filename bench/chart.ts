import { rmSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { minuteMs } from '../contract/time.ts'
import { buildWeb, isBuildStale } from '../server/cli/build.ts'
import { createDataFolder } from '../test/data-folder.ts'
import { noBrowser, openBrowser } from '../test/e2e/browser.ts'
import { waitForData } from '../test/e2e/market-data.ts'
import { startProduct } from '../test/product.ts'
import { waitFor } from '../test/wait.ts'
import type { Bench } from './measure.ts'
import { desktop } from './web-pages.ts'

const count = 5000
const frames = 120
const listenMs = 15_000
const indicators = 'sma-20,ema-50,bb-20-2,rsi-14,macd-12-26-9'
const minFramesPerSecond = 57
const maxUpdateMs = 4

/** 5,000 candles of a minute up to now. */
function toCandles() {
  const newest = Math.floor(Date.now() / minuteMs) * minuteMs
  return Array.from({ length: count }, (_, index) => {
    const at = newest - (count - 1 - index) * minuteMs
    const timestamp = new Date(at).toISOString()
    const [open, close] = [index, index + 1].map(
      (turn) => 60_000 + 2000 * Math.sin(turn / 90) + 150 * Math.sin(turn * 1.7),
    )
    const [high, low] = [Math.max(open ?? 0, close ?? 0) + 40, Math.min(open ?? 0, close ?? 0) - 40]
    const rest = { volume: 1e6 * (1 + Math.abs(Math.sin(index))), samples: 60, close_at: null, granularity: null }
    return { date: timestamp.slice(0, 10), timestamp, open, high, low, close, ...rest, change_pct: 0 }
  })
}

/** Drags the chart right by 3 px a frame; frames per second, and the work of the page per frame in ms. */
async function pan(page: Page, metric: () => Promise<number>) {
  const before = await metric()
  const elapsed = await page.evaluate<number>(`(async () => {
    const target = document.querySelector('[data-testid=price-chart] canvas:last-of-type')
    const { left, top, width, height } = target.getBoundingClientRect()
    const send = (type, x) => target.dispatchEvent(new MouseEvent(type, {
      bubbles: true, view: window, button: 0, buttons: 1, clientX: left + width / 4 + x, clientY: top + height / 2,
    }))
    const frame = () => new Promise((done) => requestAnimationFrame(done))
    send('mousedown', 0)
    const start = await frame()
    let now = start
    for (let turn = 1; turn <= ${frames}; turn += 1) {
      send('mousemove', 3 * turn)
      now = await frame()
    }
    send('mouseup', 3 * ${frames})
    return now - start
  })()`)
  return { fps: (frames / elapsed) * 1000, work_ms: (1000 * ((await metric()) - before)) / frames }
}

/**
 * The price chart with 5,000 candles, volume and five indicators: frames per second of a drag with 300 and with all candles
 * visible, and the script time of the whole page per live price.
 */
export const bench: Bench = async () => {
  if (noBrowser) throw new Error(`The chart benchmark needs a browser: ${noBrowser}`)
  if (await isBuildStale()) await buildWeb()
  const folder = createDataFolder()
  const product = await startProduct({}, folder)
  const browser = await openBrowser([])
  try {
    await waitForData(product)
    const page = await browser.newPage({ viewport: desktop })
    const session = await page.context().newCDPSession(page)
    await session.send('Performance.enable')
    const metric = async () =>
      (await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? 0
    await page.route(/\/ohlcv\?.*interval=1m/, async (route) => {
      const answer = { coin_id: 1, symbol: 'btc', name: 'Bitcoin', interval: '1m', in_progress: [] }
      await route.fulfill({ json: { ...answer, candles: toCandles() } })
    })
    await page.goto(`${product.url}/coins/bitcoin?period=1&chart=candle&ind=${indicators}`)
    await page.getByLabel('Interval', { exact: true }).selectOption('1m')
    const chart = page.locator('[data-testid=price-chart][data-state=ready]')
    await waitFor(async () => Number(await chart.getAttribute('data-bars')) > 1000, 'the candles')
    const slider = page.getByRole('slider')
    for (const _ of Array.from({ length: 4 })) await slider.press('+')
    const near = await pan(page, metric)
    for (const _ of Array.from({ length: 12 })) await slider.press('-')
    await slider.press('+')
    const all = await pan(page, metric)
    await slider.press('0')
    const updates = await page.evaluate<Promise<number>>(`new Promise((done) => {
      let seen = 0
      const observer = new MutationObserver(() => { seen += 1 })
      observer.observe(document.querySelector('[data-testid=read-out]'), { subtree: true, characterData: true, childList: true })
      setTimeout(() => done(seen), ${listenMs})
    })`)
    const before = await metric()
    await page.waitForTimeout(listenMs)
    const update_ms = (1000 * ((await metric()) - before)) / updates
    const ratio = Math.max(minFramesPerSecond / near.fps, minFramesPerSecond / all.fps, update_ms / maxUpdateMs)
    return {
      ratio,
      limit: 1,
      'frames/s, 300 candles': near.fps,
      'script ms per frame, 300 candles': near.work_ms,
      'frames/s, 3,300 candles': all.fps,
      'script ms per frame, 3,300 candles': all.work_ms,
      'script ms of the page per live price': update_ms,
    }
  } finally {
    await browser.close()
    await product.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
