import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { createMcpServer, toResult } from '../api/mcp/server.ts'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import { findProcess } from './state.ts'

/** `cryptoflow mcp`: MCP on standard input and output, from a running CryptoFlow. */
export async function serveMcp({ DATA_DIR }: Config, address: string | undefined): Promise<void> {
  const url = (address ?? findProcess(DATA_DIR)?.url ?? '').replace(/\/$/, '')
  if (url === '')
    throw new AppError('bad_request', 'CryptoFlow is not running here. Start it, or name one: cryptoflow mcp --url URL')
  const key = process.env.CRYPTOFLOW_API_KEY
  const ask = async (path: string, body?: unknown) => {
    const headers = {
      ...(key === undefined ? {} : { 'x-api-key': key }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    }
    const request = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) }
    const answer = await fetch(`${url}/api/v1${path}`, request).catch((cause) => {
      throw new AppError('unavailable', `Can't reach CryptoFlow at ${url}. Is it running?`, { cause })
    })
    return toResult(answer.status, await answer.text())
  }
  const server = createMcpServer({ ask, url })
  await server.connect(new StdioServerTransport())
}
