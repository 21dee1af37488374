import { createHmac, randomBytes } from 'node:crypto'
import { webhookHeaders } from '../../contract/notification-lists.ts'

const prefix = 'whsec_'

export const createSigningSecret = (): string => `${prefix}${randomBytes(32).toString('base64')}`

/**
 * The headers that identify and sign a webhook as the Standard Webhooks specification says: HMAC-SHA-256 over id,
 * timestamp (seconds since 1970) and body.
 */
export function signWebhook(
  { id, body, at }: { id: string; body: string; at: number },
  secret: string,
): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000))
  const signature = createHmac('sha256', Buffer.from(secret.slice(prefix.length), 'base64'))
    .update(`${id}.${timestamp}.${body}`)
    .digest('base64')
  return {
    [webhookHeaders.id]: id,
    [webhookHeaders.timestamp]: timestamp,
    [webhookHeaders.signature]: `v1,${signature}`,
  }
}
