-- Whoever owns what is held is told by mail: that it waits, and what became of it. Written in the transactions that hold it and end it.

-- Sealed for the two mails, whose ids follow from the hold; NULL where no mail is sent.
ALTER TABLE holds
  ADD COLUMN held_recipient text,
  ADD COLUMN ended_recipient text,
  ADD CONSTRAINT holds_recipients CHECK ((held_recipient IS NULL) = (ended_recipient IS NULL));

CREATE FUNCTION hold_tell() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM mail_write(
    business_id(ARRAY['mail', NEW.id::text, CASE NEW.state WHEN 'open' THEN 'held' ELSE 'ended' END]), 'hold',
    (SELECT u.language FROM users u WHERE u.id = NEW.user_id),
    CASE NEW.state WHEN 'open' THEN NEW.held_recipient ELSE NEW.ended_recipient END,
    -- backend/src/mail/templates/hold.ts reads it.
    jsonb_build_object('event', NEW.state, 'kind', NEW.route, 'asset', NEW.asset, 'amount', NEW.amount::text,
      'askedAt', webhook_instant(NEW.created_at), 'until', webhook_instant(NEW.expires_at)));
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION hold_tell() FROM PUBLIC, feiqian_service;
CREATE TRIGGER holds_told_held AFTER INSERT ON holds FOR EACH ROW
  WHEN (NEW.held_recipient IS NOT NULL) EXECUTE FUNCTION hold_tell();
CREATE TRIGGER holds_told_ended AFTER UPDATE ON holds FOR EACH ROW
  WHEN (OLD.state = 'open' AND NEW.state <> 'open' AND NEW.ended_recipient IS NOT NULL) EXECUTE FUNCTION hold_tell();
