import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import type { FastifyServerOptions } from 'fastify'
import { type ErrorBody, type ErrorCode, errorStatus } from '../../contract/errors.ts'

const checkIntervalMs = 1000
const kibibyte = 1024

/** Limits of one request. */
export type RequestLimits = {
  bodyBytes: number
  /** Request line and headers together. */
  headerBytes: number
  /** Time to receive the headers, and the whole request. */
  headersWithinMs: number
  requestWithinMs: number
}

/** The Fastify options that enforce the limits. */
export const toServerOptions = (limits: RequestLimits): Partial<FastifyServerOptions> & { http: object } => ({
  bodyLimit: limits.bodyBytes,
  requestTimeout: limits.requestWithinMs,
  http: {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersWithinMs,
    connectionsCheckingInterval: Math.min(checkIntervalMs, limits.headersWithinMs),
  },
  clientErrorHandler: (error, socket) => answerInvalidRequest(error, socket, limits),
})

function toError(code: string, limits: RequestLimits): { code: ErrorCode; message: string } {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return { code: 'timeout', message: 'The request took too long to arrive.' }
  if (code === 'HPE_HEADER_OVERFLOW')
    return {
      code: 'headers_too_large',
      message: `The request line and headers exceed ${limits.headerBytes / kibibyte} KiB.`,
    }
  return { code: 'bad_request', message: 'Invalid HTTP request.' }
}

/** Answers an invalid or late request and closes the connection. */
function answerInvalidRequest(error: Error & { code?: string }, socket: Socket, limits: RequestLimits): void {
  if (socket.writable && error.code !== 'ECONNRESET') {
    const { code, message } = toError(error.code ?? '', limits)
    const body: ErrorBody = { error: { code, message, request_id: randomUUID() }, detail: message }
    const text = JSON.stringify(body)
    socket.write(
      `HTTP/1.1 ${errorStatus[code]} ${code}\r\nContent-Type: application/json; charset=utf-8\r\n` +
        `Content-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
    )
  }
  socket.destroy()
}
