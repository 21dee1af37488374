import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { type TestContext, test } from 'node:test'
import { images, toHugePng } from '../../test/images.ts'
import { startServer } from '../../test/market-server.ts'
import { systemClock } from '../clock.ts'
import { createCoinImages, type ImageOptions } from './coin-images.ts'

type Respond = (response: ServerResponse) => void

const sends =
  (body: string | Buffer, headers = {}): Respond =>
  (response) =>
    response.writeHead(200, { 'content-type': 'image/png', ...headers }).end(body)

/** An image host whose response and clock the test changes. */
async function open(t: TestContext, options: Partial<ImageOptions> = {}) {
  const host = { respond: sends(images.png), now: Date.parse('2026-11-24T12:00:00Z') }
  const server = await startServer((_query, response) => host.respond(response))
  t.after(server.close)
  const clock = { ...systemClock, now: () => host.now }
  const source = createCoinImages({ clock, baseUrl: server.url, ...options })
  const fetchImage = (url = `${server.url}/large/coin.png`) => source.fetchImage(url, AbortSignal.timeout(10_000))
  return { host, fetchImage, server }
}

test('tells the format from the bytes, whatever the response says', async (t) => {
  const { host, fetchImage } = await open(t)
  for (const [format, body] of Object.entries(images)) {
    host.respond = sends(body, { 'content-type': 'text/html' })
    assert.deepEqual(await fetchImage(), { content_type: `image/${format}`, body })
  }
})

const hostile: [name: string, respond: Respond, message: RegExp][] = [
  ['HTML as PNG', sends('<html><script>alert(1)</script></html>'), /not a PNG, JPEG, WebP or GIF/],
  ['SVG with a script', sends('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'), /not a PNG/],
  ['nothing', sends(''), /not a PNG/],
  ['a PNG without a header', sends(images.png.subarray(0, 12)), /not a PNG/],
  ['a JPEG without a size', sends(images.jpeg.subarray(0, 24)), /damaged/],
  ['10 MB', sends(Buffer.concat([images.png, Buffer.alloc(10 * 1024 * 1024)])), /larger than 512 kB/],
  ['60,000 pixels', sends(toHugePng(60_000)), /60000 x 1 pixels/],
  ['no pixels', sends(toHugePng(0)), /0 x 1 pixels/],
  [
    'a redirect',
    (response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
    /redirects \(HTTP 302\)/,
  ],
  ['not found', (response) => response.writeHead(404).end('gone'), /HTTP 404/],
]

test('refuses hostile responses without pausing the host', async (t) => {
  const { host, fetchImage, server } = await open(t)
  for (const [name, respond, message] of hostile) {
    host.respond = respond
    await assert.rejects(fetchImage(), { message }, name)
  }
  assert.equal(server.requests.length, hostile.length)
})

test('requests no address outside of CoinGecko and of the configured origin', async (t) => {
  const { fetchImage, server } = await open(t)
  const { port } = new URL(server.url)
  for (const url of [
    `http://localhost:${port}/coin.png`,
    'http://coin-images.coingecko.com/coin.png',
    'https://coingecko.com.example.org/coin.png',
    'https://evil-coingecko.com/coin.png',
    'file:///etc/passwd',
  ])
    await assert.rejects(fetchImage(url), { kind: 'bad_request', message: /not on a host of CoinGecko/ }, url)
  assert.deepEqual(server.requests, [])
})

test('a host that fails is left alone, longer each time, and as long as it asks for', async (t) => {
  const { host, fetchImage, server } = await open(t, { deadlineMs: 200 })
  const failures: [respond: Respond, kind: string, minutes: number][] = [
    [(response) => response.writeHead(200, { 'content-length': 500 }).write(images.png), 'unreachable', 10],
    [
      (response) => {
        response.writeHead(200, { 'content-length': 500 }).write(images.png, () => response.destroy())
      },
      'unreachable',
      20,
    ],
    [(response) => response.writeHead(429, { 'retry-after': '36000' }).end(), 'rate_limited', 600],
  ]
  for (const [index, [respond, kind, minutes]] of failures.entries()) {
    host.respond = respond
    await assert.rejects(fetchImage(), { kind })
    host.now += minutes * 60_000 - 1
    await assert.rejects(fetchImage(), { kind: 'rate_limited', message: /failed a while ago/ })
    assert.equal(server.requests.length, index + 1)
    host.now += 1
  }
  host.respond = sends(images.png)
  assert.equal((await fetchImage()).content_type, 'image/png')
})
