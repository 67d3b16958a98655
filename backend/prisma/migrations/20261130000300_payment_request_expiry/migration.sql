-- Requests that can still end by themselves, in the order in which they do.
CREATE INDEX payment_requests_expires_at_idx ON payment_requests (expires_at, id) WHERE state = 'open' AND expires_at IS NOT NULL;
