import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { TestContext } from 'node:test'

export type ProxyServer = {
  /** For HTTP_PROXY and HTTPS_PROXY, with a user and a password. */
  url: string
  /** `host:port` of each tunnel, in order. */
  tunnels: string[]
  /** The credentials that came with each. */
  credentials: (string | undefined)[]
}

/** A proxy that opens tunnels (CONNECT), and reaches every name on this machine. Refuses with `status` when there is one. */
export async function startProxy(t: TestContext, { status }: { status?: number } = {}): Promise<ProxyServer> {
  const tunnels: string[] = []
  const credentials: (string | undefined)[] = []
  const sockets = new Set<Socket>()
  const server = createServer((_request, response) => {
    response.writeHead(405)
    response.end()
  })
  server.on('connect', (request, client: Socket) => {
    tunnels.push(request.url ?? '')
    credentials.push(request.headers['proxy-authorization'])
    if (status !== undefined) return void client.end(`HTTP/1.1 ${status} No\r\n\r\n`)
    const target = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      target.pipe(client).pipe(target)
    })
    for (const socket of [client, target]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        client.destroy()
        target.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://ada:p%40ss@127.0.0.1:${(server.address() as AddressInfo).port}`, tunnels, credentials }
}
