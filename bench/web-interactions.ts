import type { Browser, Page } from 'playwright-core'
import { desktop, type Route, slowdown } from './web-pages.ts'

const settleMs = 1500
const between = 250

/** Runs in the page: records the time of each interaction from input to paint. */
const observe = `
  window.benchEvents = []
  new PerformanceObserver((list) => {
    for (const { name, duration, interactionId } of list.getEntries())
      if (interactionId > 0 || name === 'pointerenter' || name === 'mouseover') window.benchEvents.push(duration)
  }).observe({ type: 'event', durationThreshold: 16, buffered: true })`

const press = (name: string | RegExp) => async (page: Page) => page.getByRole('button', { name }).first().click()
const choose = (name: string) => async (page: Page) => page.getByRole('radio', { name }).first().click()

async function searchEverywhere(page: Page): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByRole('combobox').waitFor()
  await page.keyboard.type('bit', { delay: 60 })
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Escape')
}

async function hoverHeatmap(page: Page): Promise<void> {
  const cells = page.getByTestId('heatmap').locator('td')
  for (const index of [20, 60, 120]) await cells.nth(index).hover()
}

/** Interactions on a route, besides search. */
const interactions: Record<Route, ((page: Page) => Promise<unknown>)[]> = {
  '/': [press('Theme and colors'), (page) => page.keyboard.press('Escape'), press('Show data')],
  '/market': [
    press('24 h'),
    press('Price'),
    (page) => page.getByLabel('Filter by name or symbol').pressSequentially('eth', { delay: 60 }),
  ],
  '/coins/bitcoin': [choose('30 d'), choose('Line'), press('Show data')],
  '/analytics': [hoverHeatmap, choose('180 d'), choose('Sharpe')],
  '/compare': [choose('Drawdown'), choose('3M'), press('Remove Ethereum')],
  '/pipeline/runs/1': [(page) => page.getByLabel('Filter by level').selectOption('warn')],
  '/pipeline': [(page) => page.getByTestId('runs').getByRole('link').first().click()],
  '/quality': [(page) => page.locator('[data-cell]').last().click()],
  '/how-it-works': [press('Collapse')],
  '/sign-in': [(page) => page.getByLabel('Email').pressSequentially('ada@', { delay: 60 })],
}

/** The slowest of several interactions on a route, in ms, with a slowed CPU. */
export async function measureInteractions(browser: Browser, url: string, route: Route): Promise<number> {
  const context = await browser.newContext({ viewport: desktop })
  try {
    const page = await context.newPage()
    await page.addInitScript(observe)
    const session = await context.newCDPSession(page)
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
    await page.goto(url + route, { waitUntil: 'networkidle' })
    await page.getByTestId('live-indicator').waitFor()
    await page.waitForTimeout(settleMs)
    await page.evaluate('window.benchEvents.length = 0')
    for (const act of [searchEverywhere, ...interactions[route]]) {
      await act(page)
      await page.waitForTimeout(between)
    }
    await page.waitForTimeout(settleMs)
    const events = (await page.evaluate('window.benchEvents')) as number[]
    return Math.max(0, ...events)
  } finally {
    await context.close()
  }
}
