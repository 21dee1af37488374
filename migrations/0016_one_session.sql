-- One opaque token per session, looked up on each request, instead of access tokens and rotating refresh tokens.
-- Users, watchlists and the audit log stay. Every session ends, because its row holds no token of the new kind: people
-- sign in once more.

delete from sessions;
alter table sessions
  drop column family,
  drop column parent_hash,
  drop column successor_nonce,
  add unique (token_hash);
alter table sessions rename column rotated_at to last_used_at;
comment on table sessions is 'One row per sign-in. A session whose row is gone, or past idle_expires_at, is refused on its next request.';
comment on column sessions.token_hash is 'SHA-256 of the session token, which has 256 random bits.';
comment on column sessions.last_used_at is 'Last request of the session, to 5 minutes.';
comment on column sessions.idle_expires_at is 'End of the session unless it is extended, at most expires_at: 24 hours after sign-in or POST /auth/refresh, 7 days after a request with its cookie (to 5 minutes).';
