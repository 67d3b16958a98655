import type { Invariant } from './check.ts';

// A mail ends after 30 hours at the latest (backend/src/mail/schedule.ts); the hour is for the sweep that ends it.
const horizon: Invariant = {
  name: 'mails.horizon',
  title: 'No mail waits past its retry horizon: each was sent or has failed for good',
  sql: `
    SELECT format('%s sent, %s failed, %s waiting', count(*) FILTER (WHERE state = 'sent'), count(*) FILTER (WHERE state = 'failed'), count(*) FILTER (WHERE state = 'waiting')) AS figure,
      count(*) FILTER (WHERE is_late) AS violations,
      (array_agg(format('mail %s (%s) waits since %s', id, template, begun_at) ORDER BY begun_at) FILTER (WHERE is_late))[:5] AS examples
    FROM (SELECT *, state = 'waiting' AND begun_at < now() - interval '31 hours' AS is_late FROM mails) AS judged`,
};

/** What people are written, and that it comes to an end. */
export const mailInvariants: readonly Invariant[] = [horizon];
