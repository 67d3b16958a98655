-- What lies sealed in a hold can be put under another key-encryption key, also after its end; what a hold is about, and its end, still never change.
DROP TRIGGER holds_guard ON holds;
CREATE TRIGGER holds_guard BEFORE UPDATE ON holds FOR EACH ROW
  WHEN (ROW (OLD.id, OLD.user_id, OLD.route, sealed_body(OLD.request), OLD.asset, OLD.amount, OLD.expires_at, OLD.created_at,
      sealed_body(OLD.held_recipient), sealed_body(OLD.ended_recipient))
      IS DISTINCT FROM ROW (NEW.id, NEW.user_id, NEW.route, sealed_body(NEW.request), NEW.asset, NEW.amount, NEW.expires_at, NEW.created_at,
      sealed_body(NEW.held_recipient), sealed_body(NEW.ended_recipient))
    OR (OLD.approved_by IS NOT NULL AND OLD.approved_by IS DISTINCT FROM NEW.approved_by)
    OR (OLD.state <> 'open' AND ROW (OLD.version, OLD.state, OLD.approved_by, OLD.approved_at, OLD.ended_by, OLD.ended_at, OLD.note)
      IS DISTINCT FROM ROW (NEW.version, NEW.state, NEW.approved_by, NEW.approved_at, NEW.ended_by, NEW.ended_at, NEW.note)))
  EXECUTE FUNCTION guard_hold();
