import { Type } from 'typebox'

/**
 * The error codes and their HTTP statuses. `unprocessable`: a parameter or body field has an invalid value, and the
 * message names the allowed ones. `bad_request`: the request is not valid JSON, or the current password is wrong.
 * `not_implemented`: the warehouse does not hold what the route would return.
 */
export const errorStatus = {
  bad_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  timeout: 408,
  conflict: 409,
  payload_too_large: 413,
  unprocessable: 422,
  rate_limited: 429,
  headers_too_large: 431,
  internal: 500,
  not_implemented: 501,
  unavailable: 503,
} as const
export type ErrorCode = keyof typeof errorStatus

/** The body of every 4xx and 5xx response. `detail` repeats the message for older clients. */
export const ErrorBody = Type.Object({
  error: Type.Object({
    code: Type.Enum(Object.keys(errorStatus) as ErrorCode[]),
    message: Type.String({ description: 'what went wrong and, for 4xx, what to change' }),
    request_id: Type.String(),
  }),
  detail: Type.String(),
})
export type ErrorBody = Type.Static<typeof ErrorBody>
