import type { Transporter } from 'nodemailer'

type Mail = {
  to: string
  subject: string
  text: string
  /** Makes a mail that is sent twice recognizable by its Message-ID. */
  key?: string
}

/** Sends mails through the server of SMTP_URL. Rejects with the error of nodemailer, which has `responseCode`. */
export type Mailer = { send(mail: Mail): Promise<void>; close(): void }

const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 }

const toDomain = (from: string): string => /@([^>\s]+)>?$/.exec(from)?.[1] ?? 'localhost'

/** Null: mail is not configured. Connects on the first mail. */
export function createMailer({ url, from }: { url: string | null; from: string | null }): Mailer | null {
  if (url === null || from === null) return null
  let transport: Promise<Transporter> | undefined
  const open = async (): Promise<Transporter> => {
    const { createTransport } = await import('nodemailer')
    return createTransport({ url, pool: true, maxConnections: 2, ...timeouts })
  }
  return {
    send: async ({ key, ...mail }) => {
      transport ??= open()
      const messageId = key === undefined ? undefined : `<${key}@${toDomain(from)}>`
      await (await transport).sendMail({ from, ...mail, messageId, disableUrlAccess: true, disableFileAccess: true })
    },
    close: () => {
      transport?.then((opened) => opened.close()).catch(() => undefined)
    },
  }
}
