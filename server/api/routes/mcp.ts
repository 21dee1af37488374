import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import type { FastifyInstance, FastifyPluginCallback, FastifyRequest } from 'fastify'
import { createMcpServer, toResult } from '../mcp/server.ts'
import type { Ask } from '../mcp/tools.ts'
import { type ApiAccess, checkReads } from '../plugins/api-access.ts'
import { checkOrigin } from '../plugins/bodies.ts'

/** What tells who sent a request. */
const senderHeaders = ['authorization', 'x-api-key', 'host', 'x-forwarded-for', 'forwarded', 'x-real-ip', 'via']

/** Asks the API of this process with the rights of a request. */
const askAs =
  (app: FastifyInstance, { headers, socket }: FastifyRequest): Ask =>
  async (path, body) => {
    const sent = Object.fromEntries(
      senderHeaders.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
    )
    const answer = await app.inject({
      method: body === undefined ? 'GET' : 'POST',
      url: `/api/v1${path}`,
      headers: sent,
      ...(socket.remoteAddress === undefined ? {} : { remoteAddress: socket.remoteAddress }),
      ...(body === undefined ? {} : { payload: body as object }),
    })
    return toResult(answer.statusCode, answer.body)
  }

/** MCP over HTTP, without sessions: each request is complete. The host and the origin are checked against DNS rebinding. */
export const mcpRoutes: FastifyPluginCallback<{ access: ApiAccess | null; corsOrigins: readonly string[] }> = (
  app,
  { access, corsOrigins },
  done,
) => {
  checkReads(app, access)
  app.addHook('onRequest', checkOrigin(corsOrigins))
  app.post('/mcp', { schema: { hide: true } }, async (request, reply) => {
    const server = createMcpServer({ ask: askAs(app, request), url: `${request.protocol}://${request.host}` })
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true } as never)
    reply.hijack()
    reply.raw.on('close', () => void server.close())
    await server.connect(transport as never)
    await transport.handleRequest(request.raw, reply.raw, request.body)
  })
  app.route({
    method: ['GET', 'DELETE'],
    url: '/mcp',
    exposeHeadRoute: false,
    schema: { hide: true },
    handler: (_request, reply) =>
      reply
        .code(405)
        .header('allow', 'POST')
        .send({ jsonrpc: '2.0', error: { code: -32000, message: 'Send MCP messages with POST.' }, id: null }),
  })
  done()
}
