import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, BrowserContextOptions, Download, Page } from 'playwright-core'
import { type Simulator, startSimulator } from '../../simulator/simulator.ts'
import { type Product, startProduct } from '../product.ts'
import { joinBrowser, noBrowser } from './browser.ts'

export const needsBrowser = { skip: noBrowser }
export const password = 'a fine day at the lake'

const main = fileURLToPath(new URL('../../server/main.ts', import.meta.url))

export type PageOptions = BrowserContextOptions & { context?: BrowserContext; expected?: RegExp }

/** A separate product in live mode on a simulator of `coins` coins. `settings` are its environment. */
type OwnMarket = { coins: number; settings: Record<string, string>; getReady: (stage: Stage) => Promise<unknown> }

/**
 * A product and a browser for the tests of a file. Without `market` it is the shared demo of 30 coins that `npm test`
 * started. Tests only read there, or write to accounts that they create.
 */
export class Stage {
  #browser: Browser | undefined
  #product: Pick<Product, 'url' | 'dataDir'> | undefined
  #simulator: Simulator | undefined
  #settings: Record<string, string> = { CRYPTOFLOW_MODE: 'demo' }
  #people = 0

  constructor(market?: OwnMarket) {
    if (noBrowser) return
    let own: Product | undefined
    before(async () => {
      const product =
        market === undefined ? findSharedProduct() : this.#start(market).then((started) => (own = started))
      ;[this.#browser, this.#product] = await Promise.all([joinBrowser(), product])
      await market?.getReady(this)
    })
    after(async () => {
      await this.#browser?.close()
      await own?.stop()
      await this.#simulator?.close()
    })
  }

  async #start({ coins, settings }: OwnMarket): Promise<Product> {
    this.#simulator = await startSimulator({ coins })
    const { baseUrl, wsUrl } = this.#simulator
    const upstreams = { COINGECKO_BASE_URL: baseUrl, COINCAP_WS_URL: wsUrl, STREAM_SOURCES: 'coincap' }
    this.#settings = { ...upstreams, CRYPTOFLOW_MODE: 'live', ...settings }
    return startProduct(this.#settings)
  }

  get url(): string {
    return this.#product?.url ?? ''
  }

  get dataDir(): string {
    return this.#product?.dataDir ?? ''
  }

  get simulator(): Simulator {
    assert.ok(this.#simulator)
    return this.#simulator
  }

  getJson = async <T>(path: string, token = ''): Promise<T> => {
    const headers = token === '' ? {} : { authorization: `Bearer ${token}` }
    return (await fetch(this.url + path, { headers })).json() as Promise<T>
  }

  /** The response of the API and the result of `read` on the page, repeated until no snapshot came between. */
  readBeside = async <T, R>(path: string, read: () => Promise<R>): Promise<[T, R]> => {
    for (;;) {
      const known = await this.getJson<T>(path)
      const seen = await read()
      if (JSON.stringify(known) === JSON.stringify(await this.getJson<T>(path))) return [known, seen]
    }
  }

  /** A request to the API without the page. */
  send = async (method: string, path: string, { body, token }: { body?: unknown; token?: string } = {}) => {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? {} : JSON.parse(text) }
  }

  /** Runs a command beside the product and returns its output. */
  command = (args: string[], input = ''): Promise<string> =>
    new Promise((resolve) => {
      const env = { ...process.env, ...this.#settings, DATA_DIR: this.dataDir, LOG_LEVEL: 'warn' }
      const child = execFile(process.execPath, [main, ...args], { env }, (_error, out, err) => resolve(out + err))
      child.stdin?.end(input)
    })

  /** Registers a new account and returns its email. */
  async createPerson(): Promise<string> {
    this.#people += 1
    const email = `person-${process.pid}-${this.#people}@example.org`
    assert.equal((await this.send('POST', '/auth/register', { body: { email, password } })).status, 201)
    return email
  }

  /** A separate browser context with reduced motion by default: animations take most of the time of a page. */
  openContext = async (options: BrowserContextOptions = {}): Promise<BrowserContext> => {
    assert.ok(this.#browser)
    return this.#browser.newContext({
      viewport: { width: 1440, height: 900 },
      reducedMotion: 'reduce',
      colorScheme: 'dark',
      ...options,
    })
  }

  /**
   * A page with a clean console: an error, warning or failed request fails the test unless it matches
   * `expected`, such as a failed request that the test provokes.
   */
  openPage = async (t: TestContext, path: string, options: PageOptions = {}): Promise<Page> => {
    const { expected, context: shared, ...more } = options
    const context = shared ?? (await this.openContext(more))
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', (message) => {
      const text = `${message.text()} ${message.location().url}`
      if (['error', 'warning'].includes(message.type()) && expected?.test(text) !== true) complaints.push(text)
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    t.after(async () => {
      if (shared === undefined) await context.close()
      assert.deepEqual(complaints, [])
    })
    await page.goto(this.url + path)
    return page
  }

  async openSignedIn(t: TestContext, path: string, options: PageOptions = {}): Promise<{ page: Page; email: string }> {
    const email = await this.createPerson()
    const page = await this.openPage(t, `/sign-in?next=${encodeURIComponent(path)}`, options)
    await fillIn(page, email)
    await page.waitForURL(this.url + path)
    await menu(page).waitFor()
    return { page, email }
  }
}

function findSharedProduct(): Pick<Product, 'url' | 'dataDir'> {
  const text = process.env.TEST_PRODUCT
  if (text === undefined) throw new Error('Run tests with `npm test [-- files]`. It starts the product that they need.')
  return JSON.parse(text)
}

/** Resolves once the page's scripts run. */
export const becomesLive = (page: Page): Promise<void> => page.getByTestId('live-indicator').waitFor()

/** The content of a download. */
export async function readDownload(file: Download): Promise<Buffer> {
  return Buffer.concat(await (await file.createReadStream()).toArray())
}

export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
export const menu = (page: Page) => page.getByRole('button', { name: /^Account of/ })

export const star = (page: Page, name: string) =>
  page
    .getByRole('main')
    .getByRole('button', { name: `Watch ${name}`, exact: true })
    .first()

/** Submits the sign-in form, once it has replaced a form with the same fields. */
export async function fillIn(page: Page, email: string, secret = password): Promise<void> {
  const submit = page.getByRole('main').getByRole('button', { name: 'Sign in' })
  await submit.waitFor()
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(secret)
  await submit.click()
}
