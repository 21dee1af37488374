import { BadValue, hostNames, secrets, setting, url } from './setting-types.ts'

const mailbox = (text: string): string | null => {
  if (text === '') return null
  if (!/^([^<>"\r\n]+ <[^\s@<>]+@[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+)$/.test(text))
    throw new BadValue('must be an address such as cryptoflow@example.org or CryptoFlow <cryptoflow@example.org>')
  return text
}

/** Settings of notifications and mail. */
export const notificationSettings = {
  PUBLIC_URL: setting(
    '',
    url('http:', 'https:'),
    'URL at which users open the web app, for links in messages and emails. Empty: http://localhost with PORT.',
  ),
  SMTP_URL: setting(
    '',
    url('smtp:', 'smtps:'),
    'Mail server, such as smtps://user:password@mail.example.org. With it, CryptoFlow sends emails. Empty: it sends none.',
  ),
  SMTP_FROM: setting('', mailbox, 'Sender of emails, such as CryptoFlow <cryptoflow@example.org>.'),
  NOTIFY_ALLOWED_HOSTS: setting(
    '',
    hostNames,
    'Hosts on private networks that notification channels may reach, comma-separated. Empty: public addresses only.',
  ),
  ENCRYPTION_KEYS: setting(
    '',
    secrets,
    'Keys that encrypt the secrets of notification channels, comma-separated. The first encrypts, all decrypt. Empty: DATA_DIR/encryption-keys, created at the first start.',
  ),
}
