import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { SessionStore } from './session-store.ts'

const ada = { id: 7, email: 'ada@example.org', full_name: null, role: 'user', created_at: '2026-01-01T00:00:00Z' }
const credentials = { email: ada.email, password: 'a fine day at the lake' }
const endedBody = { error: { message: 'This session has ended. Sign in again.' } }

type Answer = { status: number; body?: unknown } | Error

/** A browser with one cookie, any number of tabs, and a server that records its requests. */
function createBrowser() {
  const requests: string[] = []
  const tabs: SessionStore[] = []
  const planned = new Map<string, Answer[]>()
  let hinted = false
  let hasSession = false

  const answer = (path: string): Answer => {
    const next = planned.get(path)?.shift()
    if (next !== undefined) return next
    if (path === 'auth/login') hasSession = true
    else if (!hasSession) return { status: 401, body: endedBody }
    if (path === 'auth/logout') hasSession = false
    return path === 'auth/logout' ? { status: 204 } : { status: 200, body: ada }
  }
  const send = async (path: string): Promise<Response> => {
    const name = path.replace('/api/v1/', '')
    requests.push(name)
    await new Promise((resolve) => setImmediate(resolve))
    const found = answer(name)
    if (found instanceof Error) throw found
    return new Response(found.status === 204 ? null : JSON.stringify(found.body), { status: found.status })
  }
  const open = (): SessionStore => {
    const announce = () => {
      for (const tab of tabs) if (tab !== own) tab.reload()
    }
    const set = (signedIn: boolean) => {
      hinted = signedIn
    }
    const own = new SessionStore({ send, announce, hint: { has: () => hinted, set } })
    tabs.push(own)
    return own
  }
  return {
    open,
    plan: (path: string, ...answers: Answer[]) => planned.set(path, answers),
    endSession: () => {
      hasSession = false
    },
    isHinted: () => hinted,
    takeRequests: () => requests.splice(0),
    settle: async () => {
      for (let turn = 0; turn < 30; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

async function signIn() {
  const browser = createBrowser()
  const tab = browser.open()
  tab.start()
  await tab.signIn(credentials)
  const other = browser.open()
  other.start()
  await browser.settle()
  browser.takeRequests()
  return { browser, tab, other }
}

const mockTimers = (t: TestContext) => t.mock.timers.enable({ apis: ['setTimeout'] })

test('is signed out without a request when there was no session', () => {
  const browser = createBrowser()
  const tab = browser.open()
  tab.start()
  assert.deepEqual(tab.state(), { status: 'signed_out', session: null, ended: false })
  assert.deepEqual(browser.takeRequests(), [])
})

test('a new tab loads the session once, and settled() waits for it', async () => {
  const { browser } = await signIn()
  const tab = browser.open()
  assert.equal(tab.state().status, 'unknown')
  const settled = tab.settled()
  tab.start()
  tab.reload()
  assert.deepEqual((await settled).session, ada)
  assert.deepEqual(browser.takeRequests(), ['auth/me'])
})

test('a sign-in reaches every tab', async () => {
  const browser = createBrowser()
  const [tab, other] = [browser.open(), browser.open()]
  for (const each of [tab, other]) each.start()
  await tab.signIn(credentials)
  await browser.settle()
  for (const each of [tab, other]) assert.deepEqual(each.state().session, ada)
  assert.equal(browser.isHinted(), true)
})

test('a session that ends elsewhere ends here at the next 401, after one request to make sure', async () => {
  const { browser, tab } = await signIn()
  browser.endSession()
  const [first, second] = await Promise.all([tab.fetch('/api/v1/watchlist'), tab.fetch('/api/v1/watchlist')])
  assert.deepEqual([first.status, second.status], [401, 401])
  assert.deepEqual(tab.state(), { status: 'signed_out', session: null, ended: true })
  assert.equal(browser.isHinted(), false)
  assert.deepEqual(browser.takeRequests(), ['watchlist', 'watchlist', 'auth/me'])
  await tab.fetch('/api/v1/watchlist')
  assert.deepEqual(browser.takeRequests(), ['watchlist'])
})

test('a 401 of a session that goes on ends nothing', async () => {
  const { browser, tab } = await signIn()
  browser.plan('watchlist', { status: 401 })
  assert.equal((await tab.fetch('/api/v1/watchlist')).status, 401)
  assert.deepEqual(tab.state().session, ada)
})

test('retries every 5 s while the server does not answer', async (t) => {
  const { browser } = await signIn()
  mockTimers(t)
  const tab = browser.open()
  browser.plan('auth/me', new Error('no answer'), { status: 503, body: {} })
  const stop = tab.start()
  for (const status of ['unknown', 'unknown', 'signed_in']) {
    await browser.settle()
    assert.equal(tab.state().status, status)
    t.mock.timers.tick(5000)
  }
  stop()
})

test('a sign-out reaches every tab; without an answer of the server it changes nothing', async () => {
  const { browser, tab, other } = await signIn()
  browser.plan('auth/logout', new Error('no answer'))
  await assert.rejects(tab.signOut(), /no answer/)
  assert.deepEqual([tab.state().status, browser.isHinted()], ['signed_in', true])
  await tab.signOut()
  for (const each of [tab, other]) assert.deepEqual(each.state(), { status: 'signed_out', session: null, ended: false })
  assert.equal(browser.isHinted(), false)
})

test('a request that a sign-out overtakes does not count as an ended session', async () => {
  const { browser, tab } = await signIn()
  browser.plan('watchlist', { status: 401 })
  const left = tab.signOut()
  await Promise.all([left, tab.fetch('/api/v1/watchlist')])
  await browser.settle()
  assert.deepEqual(tab.state(), { status: 'signed_out', session: null, ended: false })
})

test('a wrong password signs nobody in or out', async () => {
  const { browser, tab } = await signIn()
  browser.plan('auth/login', { status: 401, body: { error: { message: 'Invalid email or password' } } })
  await assert.rejects(tab.signIn(credentials), { message: 'Invalid email or password' })
  browser.plan('auth/me', { status: 400, body: { error: { message: 'Current password is incorrect' } } })
  await assert.rejects(tab.deleteAccount('wrong'), { message: 'Current password is incorrect' })
  assert.deepEqual(tab.state().session, ada)
})

test('a password change keeps this tab signed in', async () => {
  const { browser, tab } = await signIn()
  await tab.changePassword({ current_password: 'a', new_password: 'b' })
  assert.deepEqual(tab.state().session, ada)
  assert.deepEqual(browser.takeRequests(), ['auth/password', 'auth/me'])
})
