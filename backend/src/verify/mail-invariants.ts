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

const receipts: Invariant = {
  name: 'receipts.written',
  title: 'Each receipt that was asked for has its mail, once its payment request is settled',
  sql: `
    WITH odd AS (
      SELECT format('receipt %s of payment request %s, settled at %s, was not written', w.id, r.id, r.settled_at) AS problem
      FROM receipts w JOIN payment_requests r ON r.id = w.request_id WHERE w.written_at IS NULL AND r.state = 'settled'
      UNION ALL
      SELECT format('receipt %s of payment request %s has no mail', w.id, w.request_id) FROM receipts w
      WHERE w.written_at IS NOT NULL AND NOT EXISTS (SELECT FROM mails m WHERE m.id = w.id)
    )
    SELECT (SELECT format('%s asked for, %s written', count(*), count(written_at)) FROM receipts) AS figure, count(*) AS violations, (array_agg(problem))[:5] AS examples
    FROM odd`,
};

/** What people are written, and that it comes to an end. */
export const mailInvariants: readonly Invariant[] = [horizon, receipts];
