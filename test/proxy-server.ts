import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { TestContext } from 'node:test'

export type ProxyServer = {
  /** URL with user and password for HTTP_PROXY and HTTPS_PROXY. */
  url: string
  /** `host:port` of each tunnel, in order. */
  tunnels: string[]
  /** The credentials of each tunnel. */
  credentials: (string | undefined)[]
}

/** A CONNECT proxy that resolves every name to this machine. Rejects requests with `status` if given. */
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
