-- The last day of history is kept at 5 minutes; what was covered at 10 minutes needs no second call.
update history_coverage set granularity = '5min' where granularity = '10min';
