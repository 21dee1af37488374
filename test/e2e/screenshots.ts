import { mkdir, stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { buildWeb, isBuildStale } from '../../server/cli/build.ts'
import { type Product, startProduct } from '../product.ts'
import { waitFor } from '../wait.ts'
import { noBrowser, openBrowser } from './browser.ts'
import { waitForData } from './market-data.ts'

/**
 * Takes pictures of every page in demo mode, with history and analytics, into docs/ or another folder.
 * `npm run screenshots [folder] [tracked coins]`
 */
const [folder = fileURLToPath(new URL('../../docs', import.meta.url)), coins = '50'] = process.argv.slice(2)
const desktop = { width: 1440, height: 900 }
const phone = { width: 390, height: 844 }

type Picture = { name: string; path: string; theme?: 'light' | 'dark'; palette?: string; viewport?: typeof desktop }

const extras: Picture[] = [
  { name: 'coin', path: '/coins/bitcoin' },
  { name: 'dashboard-light', path: '/', theme: 'light' },
  { name: 'dashboard-phone', path: '/', viewport: phone },
  { name: 'dashboard-color-blind', path: '/', palette: 'blue-orange' },
  { name: 'market-light', path: '/market', theme: 'light' },
  { name: 'market-phone', path: '/market', viewport: phone },
]

/** The pages of the rail that need no sign-in. The picture of `/market` is market.png. */
async function listPages(browser: Browser, { url }: Product): Promise<Picture[]> {
  const page = await browser.newPage({ viewport: desktop })
  await page.goto(url)
  const links = await page.locator('nav[aria-label=Main] li a').all()
  const paths = await Promise.all(links.map((link) => link.getAttribute('href')))
  await page.close()
  return paths
    .filter((path) => path !== null)
    .filter((path) => path !== '/portfolio' && path !== '/alerts')
    .map((path) => ({ name: path === '/' ? 'dashboard' : path.slice(1).replaceAll('/', '-'), path }))
}

async function take(browser: Browser, { url }: Product, picture: Picture): Promise<void> {
  const { name, path, theme = 'dark', palette = 'classic', viewport = desktop } = picture
  const options: BrowserContextOptions = { viewport, colorScheme: theme, reducedMotion: 'reduce' }
  const context = await browser.newContext(options)
  await context.addCookies([
    { name: 'cryptoflow_palette', value: palette, url },
    { name: 'cryptoflow_theme', value: theme, url },
  ])
  const page = await context.newPage()
  await page.goto(url + path)
  await page.getByTestId('live-indicator').waitFor()
  const unfinished = page.locator('[data-state=loading], [aria-label=Loading]')
  await waitFor(async () => (await unfinished.count()) === 0, `all of ${path}`)
  await page.waitForLoadState('networkidle').catch(() => undefined)
  const file = `${folder}/${name}.png`
  await page.screenshot({ path: file })
  await context.close()
  process.stdout.write(`${file} ${Math.round((await stat(file)).size / 1024)} kB\n`)
}

if (noBrowser) throw new Error(`Screenshots need a browser: ${noBrowser}`)
if (await isBuildStale()) await buildWeb()
await mkdir(folder, { recursive: true })
const [browser, product] = await Promise.all([openBrowser(), startProduct({ TRACKED_COINS: coins })])
try {
  await waitForData(product)
  for (const picture of [...(await listPages(browser, product)), ...extras]) await take(browser, product, picture)
} finally {
  await browser.close()
  await product.stop()
}
