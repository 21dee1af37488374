import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Received = { path: string; headers: Record<string, string>; body: string }

export type Receiver = {
  url: string
  requests: Received[]
  /** What the next requests get. After the last one, 200. */
  answers: { status: number; headers?: Record<string, string>; body?: string }[]
  close(): Promise<void>
}

/** A local server that records the POST requests of notification channels. */
export async function startReceiver(): Promise<Receiver> {
  const requests: Received[] = []
  const answers: Receiver['answers'] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString('latin1')
    requests.push({ path: request.url ?? '', headers: request.headers as Record<string, string>, body })
    const { status = 200, headers = {}, body: said = 'ok' } = answers.shift() ?? {}
    response.writeHead(status, { connection: 'close', ...headers }).end(said)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answers,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
