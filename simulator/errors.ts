import type { ServerResponse } from 'node:http'

export const sendJson = (response: ServerResponse, body: unknown, status = 200, headers = {}): void => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'public, max-age=30',
    ...headers,
  })
  response.end(text)
}

/** CoinGecko's first error format: a plain message. */
export const sendError = (response: ServerResponse, status: number, error: string): void =>
  sendJson(response, { error }, status)

/** CoinGecko's second error format: a code and a message under `status`. */
export const sendStatus = (
  response: ServerResponse,
  http: number,
  status: { error_code: number; error_message: string; timestamp?: string },
  headers = {},
): void => sendJson(response, { status }, http, headers)

/** CoinGecko's third error format: the second one under `error`. */
export const sendNested = (response: ServerResponse, http: number, error_code: number, error_message: string): void =>
  sendJson(response, { error: { status: { timestamp: new Date().toISOString(), error_code, error_message } } }, http)

export const sendHtml = (response: ServerResponse, status: number, title: string): void => {
  response.writeHead(status, { 'content-type': 'text/html; charset=UTF-8' })
  response.end(`<!DOCTYPE html><html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`)
}
