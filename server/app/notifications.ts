import { loadSecrets } from '../accounts/secrets.ts'
import { systemClock } from '../clock.ts'
import type { Config } from '../config.ts'
import { toMessage } from '../errors.ts'
import { openQueue } from '../jobs/queue.ts'
import { createMailer, type Mailer } from '../mail.ts'
import { Channels } from '../notifications/channels.ts'
import { Deliverer } from '../notifications/deliverer.ts'
import { createOutgoing } from '../notifications/outgoing.ts'
import { Sender } from '../notifications/sender.ts'
import { Vault } from '../vault.ts'
import type { AppContext, Module } from './module.ts'

const stopTimeoutMs = 8000

export type Notifications = Module & {
  channels: Channels
  sender: Sender
  mailer: Mailer | null
  /** Where users open the web app. */
  publicUrl: string
}

const toPublicUrl = ({ PUBLIC_URL, PORT }: Pick<Config, 'PUBLIC_URL' | 'PORT'>): string =>
  PUBLIC_URL ?? `http://localhost:${PORT}`

/** What sends notifications. Null: no role of this process does. */
export function openNotifications({ config, warehouse: { db } }: AppContext): Notifications | null {
  if (!config.ROLES.includes('api') && !config.ROLES.includes('jobs')) return null
  const keys = loadSecrets({ given: config.ENCRYPTION_KEYS, dataDir: config.DATA_DIR, file: 'encryption-keys' })
  const vault = new Vault(keys)
  const allowedHosts = config.NOTIFY_ALLOWED_HOSTS
  const proxies = { https: config.HTTPS_PROXY, http: config.HTTP_PROXY, except: config.NO_PROXY }
  const outgoing = createOutgoing({ proxies, allowedHosts })
  const mailer = createMailer({ url: config.SMTP_URL, from: config.SMTP_FROM })
  const publicUrl = toPublicUrl(config)
  const sender = new Sender({ db, vault, outgoing, mailer, clock: systemClock, publicUrl })
  const channels = new Channels({ db, vault, sender, allowedHosts, sendsMail: mailer !== null })
  const stop = async () => {
    mailer?.close()
    await outgoing.close()
  }
  return { channels, sender, mailer, publicUrl, stop }
}

/**
 * Delivers notifications in a process that runs jobs. The queue exists once the jobs have started. Starts to stop when a
 * stop is requested.
 */
export async function startDelivery(
  { config, log, warehouse: { db, connection }, stopping }: AppContext,
  notifications: Notifications | null,
): Promise<Module | null> {
  if (notifications === null || !config.ROLES.includes('jobs')) return null
  const boss = openQueue(connection, { works: false })
  boss.on('error', (error) => log.debug({ error: toMessage(error) }, "can't reach the queue of deliveries"))
  await boss.start()
  const { sender } = notifications
  const deliverer = new Deliverer({ db, boss, sender, log })
  await deliverer.start()
  sender.getVapidKeys().catch((error) => log.warn({ error: toMessage(error) }, 'notification channels have other keys'))
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => {
    stopped ??= deliverer.stop().then(() => boss.stop({ graceful: true, timeout: stopTimeoutMs }))
    return stopped
  }
  stopping.addEventListener('abort', () => stop().catch(() => undefined), { once: true })
  return { stop }
}
