import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import type { CoinList } from '../../contract/coins.ts'
import { type Product, startProduct } from '../product.ts'
import { waitFor } from '../wait.ts'
import { noBrowser, openBrowser } from './browser.ts'

let browser: Browser
let product: Product

before(async () => {
  if (noBrowser) return
  ;[browser, product] = await Promise.all([openBrowser(), startProduct()])
  const total = async () => ((await (await fetch(`${product.url}/api/v1/coins`)).json()) as CoinList).total
  await waitFor(async () => (await total()) === 50, '50 coins', 60_000)
})
after(async () => {
  await browser?.close()
  await product?.stop()
})

const paths = [
  '/',
  '/market',
  '/coins/bitcoin',
  '/analytics',
  '/pipeline',
  '/quality',
  '/how-it-works',
  '/sign-in',
  '/register',
]

for (const path of paths)
  test(`${path} opens, comes alive, fits, and complains of nothing`, { skip: noBrowser }, async () => {
    for (const width of [1440, 390]) {
      const page = await browser.newPage({ viewport: { width, height: 844 } })
      const complaints: string[] = []
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
      })
      page.on('pageerror', (error) => complaints.push(String(error)))
      page.on('response', (answer) => {
        if (answer.status() >= 400) complaints.push(`${answer.status()} ${answer.url()}`)
      })
      await page.goto(product.url + path)
      await page.getByTestId('live-indicator').waitFor({ timeout: 30_000 })
      assert.equal(await page.evaluate('document.documentElement.scrollWidth > innerWidth'), false, `${width} scrolls`)
      assert.deepEqual(complaints, [])
      await page.close()
    }
  })
