import { Type } from 'typebox'
import { auditActions } from './lists.ts'
import { Page, pageQuery, printable } from './queries.ts'
import { Instant, Nullable } from './units.ts'

const exactly = { additionalProperties: false } as const

export const roles = ['user', 'administrator'] as const
export type Role = (typeof roles)[number]
export const Role = Type.Enum([...roles])

export const passwordLength = { min: 8, max: 256 } as const

const Email = Type.String({
  minLength: 3,
  maxLength: 254,
  pattern: printable,
  description: 'compared without regard to case, in Unicode form NFKC',
})
const Password = Type.String({
  minLength: 1,
  maxLength: passwordLength.max,
  pattern: printable,
  description: `${passwordLength.min} to ${passwordLength.max} characters, and none of the well-known ones`,
})

/** Who wants to sign in. */
export const Credentials = Type.Object({ email: Email, password: Password }, exactly)
export type Credentials = Type.Static<typeof Credentials>

/** Who wants an account. Its role is always `user`. */
export const Registration = Type.Object(
  {
    email: Email,
    password: Password,
    full_name: Type.Optional(Nullable(Type.String({ maxLength: 200, pattern: printable }))),
  },
  exactly,
)
export type Registration = Type.Static<typeof Registration>

export const PasswordChange = Type.Object({ current_password: Password, new_password: Password }, exactly)
export type PasswordChange = Type.Static<typeof PasswordChange>

/** To delete an account takes its password once more. */
export const AccountDeletion = Type.Object({ password: Password }, exactly)

/** An account as its owner sees it. */
export const Account = Type.Object({
  id: Type.Integer(),
  email: Type.String(),
  full_name: Nullable(Type.String()),
  role: Role,
  created_at: Instant,
  is_active: Type.Literal(true, { description: 'for older clients', deprecated: true }),
  webhook_url: Type.Null({ description: 'for older clients', deprecated: true }),
})
export type Account = Type.Static<typeof Account>

/**
 * What a sign-in gives: the access token goes into `Authorization: Bearer ...` and is kept in memory. The refresh token
 * comes in an httpOnly cookie beside it.
 */
export const AccessToken = Type.Object({
  access_token: Type.String({ description: 'JWT' }),
  token_type: Type.Literal('bearer'),
  expires_in: Type.Integer({ description: 'seconds until POST /auth/refresh is due' }),
})
export type AccessToken = Type.Static<typeof AccessToken>

/** One sign-in that lasts. It ends by itself at `expires_at` when it is not used. */
export const AccountSession = Type.Object({
  id: Type.String(),
  created_at: Instant,
  last_used_at: Type.String({ format: 'date-time', description: 'when its page last asked for an access token' }),
  expires_at: Type.String({ format: 'date-time', description: '7 days after its last use, at most 30 after it began' }),
  is_current: Type.Boolean({ description: 'the one that asks' }),
  client: Nullable(Type.String({ description: 'what it was opened with, such as `Firefox on Linux`' })),
  network: Nullable(Type.String({ description: 'where it was opened from, to the /24 (IPv4) or /48 (IPv6)' })),
})
export type AccountSession = Type.Static<typeof AccountSession>

/** The sessions of an account, the one last used first. */
export const AccountSessions = Type.Object({ items: Type.Array(AccountSession) })
export type AccountSessions = Type.Static<typeof AccountSessions>

export const SessionParams = Type.Object({
  id: Type.String({
    pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
    description: 'as GET /auth/sessions tells it',
    examples: ['0191a2b3-4c5d-7e6f-8a9b-0c1d2e3f4a5b'],
  }),
})

export const PasswordChanged = Type.Object({ message: Type.String(), ...AccessToken.properties })

export type AuditAction = (typeof auditActions)[number]

/** One entry of the audit log. The emails are null once the account is deleted. */
export const AuditEntry = Type.Object({
  id: Type.Integer(),
  at: Instant,
  action: Type.String({ description: auditActions.join(', ') }),
  actor_id: Nullable(Type.Integer({ description: 'who did it; null: nobody signed in, or the command line' })),
  actor_email: Nullable(Type.String()),
  user_id: Nullable(Type.Integer({ description: 'the account that it was done to' })),
  user_email: Nullable(Type.String()),
  network: Nullable(Type.String({ description: 'where it came from, to the /24 (IPv4) or /48 (IPv6)' })),
  details: Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true }),
})
export type AuditEntry = Type.Static<typeof AuditEntry>

export const AuditQuery = Type.Object({
  ...pageQuery,
  action: Type.Optional(Type.Enum([...auditActions])),
})
export type AuditQuery = Type.Static<typeof AuditQuery>

/** One page of the audit log, newest first; `pages` is at least 1. */
export const AuditList = Page(AuditEntry)
export type AuditList = Type.Static<typeof AuditList>
