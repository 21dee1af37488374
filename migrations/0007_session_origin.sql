-- Where a session was opened, so that its owner knows it again in a list.

alter table sessions
  add column network text,
  add column client text check (length(client) between 1 and 80);
comment on column sessions.network is 'Where it was opened from, to the /24 (IPv4) or /48 (IPv6); null where that is not known.';
comment on column sessions.client is 'What it was opened with, in the words of server/accounts/client-name.ts; null where it did not say.';
