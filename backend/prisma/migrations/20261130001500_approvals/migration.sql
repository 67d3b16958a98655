-- Who was ever allowed to take tokens of a linked address. Only where to look: what is allowed now is read from the chain each time,
-- so a replaced block can leave a pair here that means nothing, and never hides one.

CREATE TABLE approval_pairs (
  chain_id integer NOT NULL,
  epoch    integer NOT NULL,
  owner    text NOT NULL,
  token    text NOT NULL,
  spender  text NOT NULL,
  PRIMARY KEY (chain_id, epoch, owner, token, spender)
);

CREATE TABLE approval_scans (
  chain_id   integer NOT NULL,
  epoch      integer NOT NULL,
  owner      text NOT NULL,
  -- The first block that has not been read for this owner.
  next_block bigint NOT NULL CHECK (next_block >= 0),
  PRIMARY KEY (chain_id, epoch, owner)
);
