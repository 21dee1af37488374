-- One chain of retries per job, and what a coin that left the tracked universe became.

alter table pipeline_jobs add column retry_at timestamptz;
alter table pipeline_jobs add column retry_attempt int check (retry_attempt > 1);
alter table pipeline_jobs add column retry_chain boolean;
alter table pipeline_jobs add check ((retry_at is null) = (retry_attempt is null) and (retry_at is null) = (retry_chain is null));
comment on column pipeline_jobs.grace_seconds is 'How long after its scheduled time a job may succeed before it is late.';
comment on column pipeline_jobs.next_run_at is 'The next scheduled time. The next run is the earlier of this and retry_at.';
comment on column pipeline_jobs.retry_at is 'When the failed run is retried; null when no retry waits. Any other run of the job takes its place.';
comment on column pipeline_jobs.retry_attempt is 'Which attempt the retry is.';
comment on column pipeline_jobs.retry_chain is 'Whether the jobs that follow at startup run after it.';
comment on column pipeline_runs.details is 'What the job reports: tick, progress, why it was skipped.';

-- No foreign key: a column with one cannot be added to a reference table, and coins are never deleted.
alter table dim_coin add column successor_id int;
alter table dim_coin add check (successor_id is null or not is_tracked and successor_id <> id);
comment on column dim_coin.successor_id is
  'The coin that took its place when it left: listed since then with the same symbol and name, at nearly the same price. Null when unknown or tracked.';
