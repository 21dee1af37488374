import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type SessionDoors, type SessionNews, SessionStore } from './session-store.ts'

const ada = { id: 7, email: 'ada@example.org', full_name: null, role: 'user', created_at: '2026-01-01T00:00:00Z' }
const lifetimeMs = 600_000

type Answer = { status: number; body?: unknown } | Error

/** A browser with one cookie jar, one lock and any number of tabs, and a server that counts what it is asked. */
function createBrowser() {
  const asked: string[] = []
  const tabs: SessionStore[] = []
  const overrides = new Map<string, Answer[]>()
  let now = 0
  let hinted = false
  let generation = 0
  let live = false
  let queue: Promise<unknown> = Promise.resolve()
  const timers = new Set<{ at: number; call: () => void }>()

  const issue = (): Answer => {
    generation += 1
    live = true
    return { status: 200, body: { access_token: `token-${generation}`, token_type: 'bearer', expires_in: 600 } }
  }
  const refuse: Answer = { status: 401, body: { error: { message: 'This session has ended: sign in again' } } }
  const reply = (path: string, token: string | null): Answer => {
    const planned = overrides.get(path)?.shift()
    if (planned !== undefined) return planned
    if (path === '/api/v1/auth/login') return issue()
    if (path === '/api/v1/auth/refresh') return live ? issue() : refuse
    if (path === '/api/v1/auth/logout') {
      live = false
      return { status: 204 }
    }
    if (!live || token === null) return refuse
    return { status: 200, body: path === '/api/v1/auth/me' ? ada : { token } }
  }
  const send: SessionDoors['send'] = async (path, init) => {
    const token = new Headers(init.headers).get('authorization')
    asked.push(`${path.replace('/api/v1/', '')}${token === null ? '' : ` ${token.replace('Bearer ', '')}`}`)
    await new Promise((resolve) => setImmediate(resolve))
    const answer = reply(path, token)
    if (answer instanceof Error) throw answer
    return new Response(answer.status === 204 ? null : JSON.stringify(answer.body), { status: answer.status })
  }
  const exclusively: SessionDoors['exclusively'] = (work) => {
    const turn = queue.then(work, work)
    queue = turn.catch(() => undefined)
    return turn
  }
  const open = (): SessionStore => {
    const tell = (news: SessionNews) => {
      for (const tab of tabs) if (tab !== own) tab.hear(structuredClone(news))
    }
    const hint = {
      has: () => hinted,
      set: (signedIn: boolean) => {
        hinted = signedIn
      },
    }
    const after: SessionDoors['after'] = (ms, call) => {
      const timer = { at: now + ms, call }
      timers.add(timer)
      return () => timers.delete(timer)
    }
    const own = new SessionStore({ send, exclusively, tell, hint, now: () => now, after })
    tabs.push(own)
    return own
  }
  const settle = async () => {
    for (let turn = 0; turn < 30; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }
  const forward = async (ms: number) => {
    now += ms
    for (const timer of [...timers]) if (timer.at <= now && timers.delete(timer)) timer.call()
    await settle()
  }
  return {
    open,
    asked,
    settle,
    forward,
    /** Time passes without any timer, as in a machine that sleeps. */
    sleep: (ms: number) => {
      now += ms
    },
    plan: (path: string, ...answers: Answer[]) => overrides.set(`/api/v1/${path}`, answers),
    endSession: () => {
      live = false
    },
    isHinted: () => hinted,
    take: () => asked.splice(0),
  }
}

async function signIn() {
  const browser = createBrowser()
  const tab = browser.open()
  tab.start()
  await tab.signIn({ email: ada.email, password: 'a fine day at the lake' })
  browser.take()
  return { browser, tab }
}

test('who has never signed in is signed out without a request', async () => {
  const browser = createBrowser()
  const tab = browser.open()
  tab.start()
  assert.deepEqual(tab.state(), { status: 'signed_out', session: null, ended: false })
  await assert.rejects(tab.fetch('/api/v1/watchlist'), { status: 401 })
  assert.deepEqual(browser.asked, [])
})

test('a new tab finds the session by its cookie, and whoever waits for it is told', async () => {
  const { browser } = await signIn()
  const tab = browser.open()
  assert.equal(tab.state().status, 'unknown')
  const settled = tab.settled()
  tab.start()
  assert.equal((await settled).session?.email, ada.email)
  assert.equal(tab.state().session?.accessToken, 'token-2')
  assert.deepEqual(browser.take(), ['auth/refresh', 'auth/me token-2'])
})

test('ten tabs and twenty requests with a token that has run out make one refresh', async () => {
  const { browser, tab } = await signIn()
  const tabs = [tab, ...Array.from({ length: 9 }, () => browser.open())]
  for (const each of tabs.slice(1)) each.hear({ session: tab.state().session ?? assert.fail(), until: lifetimeMs })
  browser.sleep(lifetimeMs)
  const answers = await Promise.all(
    tabs.flatMap((each) => [each.fetch('/api/v1/watchlist'), each.fetch('/api/v1/watchlist')]),
  )
  for (const answer of answers) assert.deepEqual(await answer.json(), { token: 'Bearer token-2' })
  assert.equal(browser.asked.filter((path) => path === 'auth/refresh').length, 1)
})

test('the token is renewed before it ends, again and again, by one of the tabs', async () => {
  const { browser, tab } = await signIn()
  const other = browser.open()
  other.hear({ session: tab.state().session ?? assert.fail(), until: lifetimeMs })
  await browser.forward(500_000)
  assert.deepEqual(browser.take(), [])
  for (const round of [2, 3, 4]) {
    await browser.forward(round === 2 ? 45_000 : 545_000)
    assert.deepEqual(browser.take(), ['auth/refresh', `auth/me token-${round}`])
    for (const each of [tab, other]) assert.equal(each.state().session?.accessToken, `token-${round}`)
  }
})

test('a 401 leads to one refresh and one more try, and no further', async () => {
  const { browser, tab } = await signIn()
  browser.plan('watchlist', { status: 401 })
  assert.deepEqual(await (await tab.fetch('/api/v1/watchlist')).json(), { token: 'Bearer token-2' })
  assert.deepEqual(browser.take(), ['watchlist token-1', 'auth/refresh', 'auth/me token-2', 'watchlist token-2'])
  browser.plan('watchlist', { status: 401 }, { status: 401 })
  assert.equal((await tab.fetch('/api/v1/watchlist')).status, 401)
  assert.equal(browser.take().length, 4)
})

test('a body is sent again as it was', async () => {
  const { browser, tab } = await signIn()
  const bodies: unknown[] = []
  browser.plan('watchlist', { status: 401 })
  const init = { method: 'PUT', body: '{"coins":[1]}', headers: { 'content-type': 'application/json' } }
  await tab.fetch('/api/v1/watchlist', {
    ...init,
    get body() {
      bodies.push(init.body)
      return init.body
    },
  })
  assert.deepEqual(bodies, [init.body, init.body])
})

test('a session that was ended elsewhere ends in every tab, and the page asks no more', async () => {
  const { browser, tab } = await signIn()
  const other = browser.open()
  other.hear({ session: tab.state().session ?? assert.fail(), until: lifetimeMs })
  browser.endSession()
  await assert.rejects(tab.fetch('/api/v1/watchlist'), { status: 401, message: /sign in again/ })
  for (const each of [tab, other]) assert.deepEqual(each.state(), { status: 'signed_out', session: null, ended: true })
  assert.equal(browser.isHinted(), false)
  browser.take()
  await assert.rejects(other.fetch('/api/v1/watchlist'), { status: 401 })
  await browser.forward(lifetimeMs * 2)
  assert.deepEqual(browser.take(), [])
})

test('a server that does not answer ends no session, and is asked again', async () => {
  const { browser, tab } = await signIn()
  browser.plan('auth/refresh', new Error('no answer'), { status: 503, body: {} })
  await browser.forward(545_000)
  assert.equal(tab.state().session?.accessToken, 'token-1')
  await browser.forward(5000)
  assert.equal(tab.state().session?.accessToken, 'token-1')
  await browser.forward(5000)
  assert.equal(tab.state().session?.accessToken, 'token-2')
  const late = browser.open()
  browser.plan('auth/refresh', new Error('no answer'))
  late.start()
  await browser.settle()
  assert.equal(late.state().status, 'unknown')
  await browser.forward(5000)
  assert.equal(late.state().status, 'signed_in')
})

test('signing out ends it in every tab; when the server does not answer nobody is told that it did', async () => {
  const { browser, tab } = await signIn()
  const other = browser.open()
  other.hear({ session: tab.state().session ?? assert.fail(), until: lifetimeMs })
  browser.plan('auth/logout', new Error('no answer'))
  await assert.rejects(tab.signOut(), /no answer/)
  assert.deepEqual([tab.state().status, browser.isHinted()], ['signed_in', true])
  await tab.signOut()
  for (const each of [tab, other]) assert.deepEqual(each.state(), { status: 'signed_out', session: null, ended: false })
  assert.equal(browser.isHinted(), false)
})

test('a sign-out lets what was asked before be answered, and what is asked meanwhile find nobody', async () => {
  const { browser, tab } = await signIn()
  const before = tab.fetch('/api/v1/watchlist')
  const left = tab.signOut()
  const meanwhile = assert.rejects(tab.fetch('/api/v1/watchlist'), { status: 401 })
  assert.equal((await before).status, 200)
  await Promise.all([left, meanwhile])
  assert.deepEqual(browser.take(), ['watchlist token-1', 'auth/logout token-1'])
})

test('a wrong password signs nobody in, and nobody out', async () => {
  const { browser, tab } = await signIn()
  browser.plan('auth/login', { status: 401, body: { error: { message: 'Invalid email or password' } } })
  const credentials = { email: ada.email, password: 'wrong' }
  await assert.rejects(tab.signIn(credentials), { message: 'Invalid email or password' })
  assert.equal(tab.state().session?.accessToken, 'token-1')
})

test('another password gives another token, to every tab', async () => {
  const { browser, tab } = await signIn()
  const other = browser.open()
  other.hear({ session: tab.state().session ?? assert.fail(), until: lifetimeMs })
  const body = { message: 'Password changed', access_token: 'token-9', token_type: 'bearer', expires_in: 600 }
  browser.plan('auth/password', { status: 200, body })
  await tab.changePassword({ current_password: 'a', new_password: 'b' })
  for (const each of [tab, other]) assert.equal(each.state().session?.accessToken, 'token-9')
})
