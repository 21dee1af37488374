import type { Vault } from '../vault.ts'
import type { Db } from '../warehouse/db.ts'
import { findOrInsertSecret } from '../warehouse/notification-channels.ts'
import type { OutgoingRequest } from './outgoing.ts'
import type { Letter, SealedSettings } from './requests.ts'

const secretName = 'vapid_keys'
const keepSeconds = 86_400
/** Push services limit a topic to 32 characters of base64url. */
const topicLength = 32

export type VapidKeys = { publicKey: string; privateKey: string }

/** The keys that identify this server to push services. They are created once for all processes. */
export async function loadVapidKeys(db: Db, vault: Vault): Promise<VapidKeys> {
  const { default: webPush } = await import('web-push')
  const create = () => vault.seal(JSON.stringify(webPush.generateVAPIDKeys()), secretName)
  return JSON.parse(vault.open(await findOrInsertSecret(db, secretName, create), secretName))
}

/** The encrypted request to the push service of a browser. */
export async function toPushRequest(
  { endpoint = '', p256dh = '', auth = '' }: SealedSettings,
  { id, title, text, path }: Letter,
  { keys, subject }: { keys: VapidKeys; subject: string },
): Promise<OutgoingRequest> {
  const { default: webPush } = await import('web-push')
  const details = webPush.generateRequestDetails(
    { endpoint, keys: { p256dh, auth } },
    JSON.stringify({ id, title, text, path }),
    { vapidDetails: { subject, ...keys }, TTL: keepSeconds, topic: id.slice(0, topicLength) },
  )
  const headers = Object.fromEntries(Object.entries(details.headers).map(([name, value]) => [name, String(value)]))
  return { url: details.endpoint, headers, body: details.body ?? '' }
}
