import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { Value } from 'typebox/value'
import packageFacts from '../../../package.json' with { type: 'json' }
import { AppError } from '../../errors.ts'
import { describeProblems } from '../problems.ts'
import { type Ask, findTool, tools } from './tools.ts'

const instructions =
  'CryptoFlow is a warehouse of crypto market data. Prices are in US dollars, instants in UTC. Coins are named by CoinGecko id: ' +
  'search_coins finds it. Percent fields end with _pct, other rates are fractions. Null means unknown, never 0.'

async function call(name: string, given: unknown, { ask, url }: { ask: Ask; url: string }): Promise<unknown> {
  const { input, run } = findTool(name)
  const args = given ?? {}
  const problems = Value.Errors(input, args)
  if (problems.length > 0) throw new AppError('unprocessable', describeProblems(problems as never, input))
  return run(args as never, ask, url)
}

/** An MCP server whose tools answer from the API. `url`: the address of the API for people. */
export function createMcpServer(api: { ask: Ask; url: string }): Server {
  const { name, version } = packageFacts
  const server = new Server({ name, version }, { capabilities: { tools: {} }, instructions })
  server.setRequestHandler(ListToolsRequestSchema, async () => ({
    tools: tools.map((tool) => ({
      name: tool.name,
      description: tool.description,
      inputSchema: tool.input as never,
      annotations: { readOnlyHint: true, openWorldHint: false },
    })),
  }))
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    try {
      const result = await call(params.name, params.arguments, api)
      return { content: [{ type: 'text', text: JSON.stringify(result) }], structuredContent: result as never }
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return { content: [{ type: 'text', text: error.message }], isError: true }
    }
  })
  return server
}

/** The body of an API response. Throws an `AppError` with the message of a refused request. */
export function toResult(status: number, text: string): unknown {
  const body = JSON.parse(text)
  if (status < 400) return body
  throw new AppError(body?.error?.code ?? 'internal', body?.error?.message ?? `HTTP ${status}`)
}
