import type { Invariant } from './check.ts';

// A delivery ends after 84 hours at the latest (backend/src/webhooks/schedule.ts); the hour is for the sweep that ends it.
const horizon: Invariant = {
  name: 'webhooks.horizon',
  title: 'No webhook waits past its retry horizon: each was delivered or has failed for good',
  sql: `
    SELECT format('%s delivered, %s failed, %s waiting', count(*) FILTER (WHERE state = 'delivered'), count(*) FILTER (WHERE state = 'failed'), count(*) FILTER (WHERE state = 'waiting')) AS figure,
      count(*) FILTER (WHERE is_late) AS violations,
      (array_agg(format('delivery %s to endpoint %s waits since %s', id, endpoint_id, begun_at) ORDER BY begun_at) FILTER (WHERE is_late))[:5] AS examples
    FROM (SELECT *, state = 'waiting' AND begun_at < now() - interval '85 hours' AS is_late FROM webhook_deliveries) AS judged`,
};

const told: Invariant = {
  name: 'webhooks.told',
  title: 'The last event of each payment request tells its present state',
  // Requests from before there were events have none.
  sql: `
    WITH told AS (
      SELECT DISTINCT ON (object_id) object_id, snapshot->>'state' AS state FROM webhook_events WHERE object_type = 'payment_request'
      ORDER BY object_id, object_version DESC
    ), odd AS (
      SELECT t.object_id, t.state AS told, r.state FROM told t LEFT JOIN payment_requests r ON r.id = t.object_id WHERE r.state IS DISTINCT FROM t.state
    )
    SELECT format('%s events of %s payment requests', (SELECT count(*) FROM webhook_events WHERE object_type = 'payment_request'), (SELECT count(*) FROM told)) AS figure,
      count(*) AS violations, (array_agg(format('payment request %s is %s, told was %s', object_id, coalesce(state, 'not there'), told) ORDER BY object_id))[:5] AS examples
    FROM odd`,
};

/** What merchants are told, and that it comes to an end. */
export const webhookInvariants: readonly Invariant[] = [horizon, told];
