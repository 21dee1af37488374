import assert from 'node:assert/strict'
import { after, before, type TestContext } from 'node:test'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import type { CoinList } from '../../contract/coins.ts'
import { buildWeb, isBuildStale } from '../../server/cli/build.ts'
import { type Product, startProduct } from '../product.ts'
import { waitFor } from '../wait.ts'
import { noBrowser, openBrowser } from './browser.ts'

export const password = 'a fine day at the lake'

type Options = BrowserContextOptions & { context?: BrowserContext; expected?: RegExp }

/** A product and a browser for the tests of a file, and people who come to it. */
export class Stage {
  #browser: Browser | undefined
  #product: Product | undefined
  #people = 0

  constructor() {
    before(async () => {
      if (noBrowser) return
      if (await isBuildStale()) await buildWeb()
      ;[this.#browser, this.#product] = await Promise.all([openBrowser(), startProduct({ TRACKED_COINS: '30' })])
      await waitFor(async () => (await this.getJson<CoinList>('/api/v1/coins')).total === 30, 'coins', 60_000)
    })
    after(async () => {
      await this.#browser?.close()
      await this.#product?.stop()
    })
  }

  get url(): string {
    return this.#product?.url ?? ''
  }

  get dataDir(): string {
    return this.#product?.dataDir ?? ''
  }

  getJson = async <T>(path: string, token = ''): Promise<T> => {
    const headers = token === '' ? {} : { authorization: `Bearer ${token}` }
    return (await fetch(this.url + path, { headers })).json() as Promise<T>
  }

  /** The server, asked past the page. */
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

  /** An account of somebody new. */
  async createPerson(): Promise<string> {
    this.#people += 1
    const email = `person-${this.#people}@example.org`
    assert.equal((await this.send('POST', '/auth/register', { body: { email, password } })).status, 201)
    return email
  }

  /**
   * A page whose console stays clean: any error or warning fails the test, except the refusals that it asks for, which a
   * browser writes down by itself.
   */
  async openPage(t: TestContext, path: string, options: Options = {}): Promise<Page> {
    const { expected, context: shared, ...more } = options
    const context = shared ?? (await this.#browser?.newContext({ viewport: { width: 1440, height: 900 }, ...more }))
    assert.ok(context)
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

  async openSignedIn(t: TestContext, path: string, options: Options = {}): Promise<{ page: Page; email: string }> {
    const email = await this.createPerson()
    const page = await this.openPage(t, `/sign-in?next=${encodeURIComponent(path)}`, options)
    await fillIn(page, email)
    await page.waitForURL(this.url + path)
    await menu(page).waitFor()
    return { page, email }
  }
}

export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
export const menu = (page: Page) => page.getByRole('button', { name: /^Account of/ })

export const star = (page: Page, name: string) =>
  page
    .getByRole('main')
    .getByRole('button', { name: `Watch ${name}`, exact: true })
    .first()

/** Sends the form of the sign-in. */
export async function fillIn(page: Page, email: string, secret = password): Promise<void> {
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(secret)
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
}
