-- Coverage that begins later than BACKFILL_DAYS ago is fetched again from there. All so far was fetched at full depth.
update history_coverage set covered_from = least(covered_from, covered_to - interval '365 days');
comment on table history_coverage is
  'From when to when the warehouse has all that the source has of a coin, within the days of its granularity.';
