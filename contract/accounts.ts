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
  description: 'case-insensitive, compared in Unicode form NFKC',
})
const Password = Type.String({
  minLength: 1,
  maxLength: passwordLength.max,
  pattern: printable,
  description: `${passwordLength.min} to ${passwordLength.max} characters, not a common password`,
})

/** The body of a sign-in. */
export const Credentials = Type.Object({ email: Email, password: Password }, exactly)
export type Credentials = Type.Static<typeof Credentials>

/** A new account. Its role is always `user`. */
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

/** The body of an account deletion. */
export const AccountDeletion = Type.Object({ password: Password }, exactly)

/** An account as its owner sees it. */
export const Account = Type.Object({
  id: Type.Integer(),
  email: Type.String(),
  full_name: Nullable(Type.String()),
  role: Role,
  created_at: Instant,
  is_active: Type.Literal(true, { description: 'for older clients', deprecated: true }),
  webhook_url: Nullable(Type.String({ description: 'masked, for older clients', deprecated: true })),
})
export type Account = Type.Static<typeof Account>

/**
 * The token of a new or extended session. It works in `Authorization: Bearer ...`. Browsers get it as an httpOnly
 * cookie.
 */
export const AccessToken = Type.Object({
  access_token: Type.String({ description: 'opaque, 43 characters' }),
  token_type: Type.Literal('bearer'),
  expires_in: Type.Integer({ description: 'seconds that the token is valid; POST /auth/refresh extends it' }),
})
export type AccessToken = Type.Static<typeof AccessToken>

/** One sign-in. */
export const AccountSession = Type.Object({
  id: Type.String(),
  created_at: Instant,
  last_used_at: Type.String({ format: 'date-time', description: 'last request, to 5 minutes' }),
  expires_at: Type.String({
    format: 'date-time',
    description:
      '24 hours after sign-in or refresh, 7 days after use of the cookie, 30 days after sign-in at the latest',
  }),
  is_current: Type.Boolean({ description: 'true for the session of this request' }),
  client: Nullable(Type.String({ description: 'client that opened it, such as `Firefox on Linux`' })),
  network: Nullable(Type.String({ description: 'network that opened it, to the /24 (IPv4) or /48 (IPv6)' })),
})
export type AccountSession = Type.Static<typeof AccountSession>

/** The sessions of an account, most recently used first. */
export const AccountSessions = Type.Object({ items: Type.Array(AccountSession) })
export type AccountSessions = Type.Static<typeof AccountSessions>

export const SessionParams = Type.Object({
  id: Type.String({
    pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
    description: '`id` in GET /auth/sessions',
    examples: ['0191a2b3-4c5d-7e6f-8a9b-0c1d2e3f4a5b'],
  }),
})

/** The body of a request for a link that resets the password. */
export const ResetRequest = Type.Object({ email: Email }, exactly)

const LinkToken = Type.String({
  maxLength: 200,
  pattern: printable,
  description: 'from the link in the email',
  examples: ['mVdqO3oBNkqQ0mYcV0X3bq8J5wFhT1uZsG7iR2eLxPA'],
})

/** The body of a password reset. */
export const PasswordReset = Type.Object({ token: LinkToken, new_password: Password }, exactly)
export type PasswordReset = Type.Static<typeof PasswordReset>

/** The body of an email confirmation. */
export const EmailVerification = Type.Object({ token: LinkToken }, exactly)

export const Done = Type.Object({ message: Type.String() })

export const PasswordChanged = Type.Object({ message: Type.String(), ...AccessToken.properties })

export type AuditAction = (typeof auditActions)[number]

/** One entry of the audit log. The emails are null once the account is deleted. */
export const AuditEntry = Type.Object({
  id: Type.Integer(),
  at: Instant,
  action: Type.String({ description: auditActions.join(', ') }),
  actor_id: Nullable(
    Type.Integer({ description: 'account that performed the action; null: not signed in, or the command line' }),
  ),
  actor_email: Nullable(Type.String()),
  user_id: Nullable(Type.Integer({ description: 'account that the action affects' })),
  user_email: Nullable(Type.String()),
  network: Nullable(Type.String({ description: 'network of the request, to the /24 (IPv4) or /48 (IPv6)' })),
  details: Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true }),
})
export type AuditEntry = Type.Static<typeof AuditEntry>

export const AuditQuery = Type.Object({
  ...pageQuery,
  action: Type.Optional(Type.Enum([...auditActions])),
})
export type AuditQuery = Type.Static<typeof AuditQuery>

/** One page of the audit log, newest first. `pages` is at least 1. */
export const AuditList = Page(AuditEntry)
export type AuditList = Type.Static<typeof AuditList>
