import type { LookupFunction } from 'node:net'
import { systemClock } from '../server/clock.ts'
import type { Mailer } from '../server/mail.ts'
import { Channels } from '../server/notifications/channels.ts'
import { createOutgoing } from '../server/notifications/outgoing.ts'
import { Sender } from '../server/notifications/sender.ts'
import { noProxies } from '../server/outbound.ts'
import { Vault } from '../server/vault.ts'
import type { Db } from '../server/warehouse/db.ts'

const offline: LookupFunction = (hostname, _options, callback) =>
  callback(Object.assign(new Error(`no such name: ${hostname}`), { code: 'ENOTFOUND' }), '', 0)

/** What sends notifications in a test: to this machine, when `allowedHosts` has its address, and nowhere else. */
export function createSending(
  db: Db,
  { allowedHosts = [], mailer = null }: { allowedHosts?: string[]; mailer?: Mailer | null } = {},
) {
  const vault = new Vault(['kV9wq3ZtB7nR2xYc5LmD8sFh1JgP4uAe'])
  const outgoing = createOutgoing({ proxies: noProxies, allowedHosts, lookup: offline })
  const publicUrl = 'https://crypto.example.org'
  const sender = new Sender({ db, vault, outgoing, mailer, clock: systemClock, publicUrl })
  const channels = new Channels({ db, vault, sender, allowedHosts, sendsMail: mailer !== null })
  return { sender, channels, vault, outgoing, publicUrl }
}
