import type { Invariant } from './check.ts';

// What the ledger has followed: every epoch up to its cursor. A chain that begins anew starts another epoch with a cursor of its own.
const followed = `
  followed AS (
    SELECT e.*, format('eip155:%s/erc20:%s', e.chain_id, e.token) AS asset
    FROM chain_events e JOIN chain_cursors c ON c.consumer = 'ledger' AND c.chain_id = e.chain_id AND c.epoch = e.epoch
    WHERE e.block_number <= c.block_number AND e.name IN ('Issued', 'Redeemed')
  ), latest AS (
    SELECT chain_id, max(epoch) AS epoch FROM chain_cursors WHERE consumer = 'ledger' GROUP BY chain_id
  )`;

const supply: Invariant = {
  name: 'tokens.supply',
  title:
    'Tokens issued in the books are the tokens that the chain issued less those redeemed, up to the ledger’s block',
  sql: `
    WITH ${followed}, on_chain AS (
      SELECT asset, sum(CASE name WHEN 'Issued' THEN amount ELSE -amount END) AS amount
      FROM followed JOIN latest USING (chain_id, epoch) GROUP BY asset
    ), booked AS (
      SELECT asset, credits_posted - debits_posted AS amount FROM ledger_accounts WHERE name = 'issued:' || asset
    ), compared AS (
      SELECT asset, coalesce(b.amount, 0) AS booked, coalesce(o.amount, 0) AS on_chain FROM booked b FULL JOIN on_chain o USING (asset)
    )
    SELECT coalesce(string_agg(format('%s: %s', asset, booked), '; ' ORDER BY asset), 'no tokens') AS figure,
      count(*) FILTER (WHERE booked <> on_chain) AS violations,
      array_agg(format('%s: %s in the books, %s on chain', asset, booked, on_chain)) FILTER (WHERE booked <> on_chain) AS examples
    FROM compared`,
};

const issuance: Invariant = {
  name: 'tokens.issuance',
  title:
    'Each issue and each redemption in the books is one event of the contract with that reference, and the reverse',
  sql: `
    WITH ${followed}, booked AS (
      SELECT 'Issued' AS name, t.asset, t.amount, m.reference
      FROM ledger_transfers t JOIN ledger_accounts a ON a.id = t.credit_account_id LEFT JOIN movements m ON m.id = t.movement_id
      WHERE a.name = 'issued:' || t.asset AND t.phase IN ('posted', 'post')
      UNION ALL
      -- What a chain's former life had issued is written off when the chain begins anew: nothing happens on chain.
      SELECT 'Redeemed', t.asset, t.amount, m.reference
      FROM ledger_transfers t JOIN ledger_accounts a ON a.id = t.debit_account_id LEFT JOIN movements m ON m.id = t.movement_id
      WHERE a.name = 'issued:' || t.asset AND t.phase IN ('posted', 'post') AND t.kind <> 'retire'
    ), expected AS (
      -- Events that no movement asked for are booked to suspense, without a reference.
      SELECT e.name, e.asset, e.amount, CASE WHEN EXISTS (SELECT FROM booked b WHERE (b.name, b.asset, b.reference) = (e.name, e.asset, e.reference)) THEN e.reference END AS reference
      FROM followed e
    ), odd AS (
      (SELECT 'not booked' AS problem, * FROM expected EXCEPT ALL SELECT 'not booked', * FROM booked)
      UNION ALL
      (SELECT 'booked without an event', * FROM booked EXCEPT ALL SELECT 'booked without an event', * FROM expected)
    )
    SELECT (SELECT format('%s issued, %s redeemed', count(*) FILTER (WHERE name = 'Issued'), count(*) FILTER (WHERE name = 'Redeemed')) FROM followed) AS figure,
      count(*) AS violations, (array_agg(format('%s: %s %s of %s, reference %s', problem, name, amount, asset, reference)))[:5] AS examples
    FROM odd`,
};

const canonical: Invariant = {
  name: 'chain.canonical',
  title: 'Every kept row of a chain stands in a kept block, and kept blocks are one chain',
  sql: `
    WITH kept AS (
      SELECT chain_id, epoch, block_number, tx_hash FROM chain_token_transfers
      UNION ALL SELECT chain_id, epoch, block_number, tx_hash FROM chain_native_transfers
      UNION ALL SELECT chain_id, epoch, block_number, tx_hash FROM chain_events
    ), odd AS (
      SELECT format('transaction %s in a block that is not there', tx_hash) AS problem FROM kept k
      WHERE NOT EXISTS (SELECT FROM chain_blocks b WHERE (b.chain_id, b.epoch, b.number) = (k.chain_id, k.epoch, k.block_number))
      UNION ALL
      SELECT format('block %s is not the parent of the next', parent.number)
      FROM chain_blocks parent JOIN chain_blocks child ON (child.chain_id, child.epoch, child.number) = (parent.chain_id, parent.epoch, parent.number + 1)
      WHERE child.parent_hash <> parent.hash
    )
    SELECT format('%s rows in %s blocks', (SELECT count(*) FROM kept), (SELECT count(*) FROM chain_blocks)) AS figure,
      count(*) AS violations, (array_agg(problem))[:5] AS examples
    FROM odd`,
};

const cursors: Invariant = {
  name: 'chain.cursors',
  title: 'The books follow a chain no further than it is final',
  sql: `
    WITH judged AS (
      SELECT c.chain_id, c.epoch, c.block_number, k.finalized_number, c.epoch > k.epoch OR (c.epoch = k.epoch AND c.block_number > k.finalized_number) AS is_odd
      FROM chain_cursors c LEFT JOIN chains k ON k.chain_id = c.chain_id WHERE c.consumer = 'ledger'
    )
    SELECT coalesce(string_agg(format('chain %s: %s of %s', chain_id, block_number, finalized_number), '; ' ORDER BY chain_id, epoch), 'no chain') AS figure,
      count(*) FILTER (WHERE is_odd) AS violations,
      array_agg(format('chain %s, epoch %s: booked up to %s, final up to %s', chain_id, epoch, block_number, finalized_number)) FILTER (WHERE is_odd) AS examples
    FROM judged`,
};

const nonces: Invariant = {
  name: 'chain.nonces',
  title: 'No nonce of a sender is used up twice, and none is missing below one that waits',
  sql: `
    WITH ours AS (
      SELECT * FROM chain_transactions WHERE nonce IS NOT NULL AND purpose IN ('issue', 'redeem', 'relay', 'undo', 'cancel')
    ), gaps AS (
      SELECT *, lag(nonce) OVER (PARTITION BY chain_id, epoch, sender ORDER BY nonce) AS previous FROM ours
    ), odd AS (
      SELECT format('nonce %s of %s is used twice', nonce, sender) AS problem FROM chain_transactions
      WHERE nonce IS NOT NULL AND state IN ('mined', 'final') GROUP BY chain_id, epoch, sender, nonce HAVING count(*) > 1
      UNION ALL
      SELECT format('nonce %s of %s is signed for twice', nonce, sender) FROM ours
      WHERE purpose <> 'cancel' GROUP BY chain_id, epoch, sender, nonce HAVING count(*) > 1
      UNION ALL
      -- After a restore nonces can be missing that were used since the backup; then what follows them is mined soon.
      SELECT format('nonce %s of %s waits behind a missing one', nonce, sender) FROM gaps
      WHERE nonce > previous + 1 AND state IN ('signed', 'broadcast') AND updated_at < now() - interval '1 hour'
    )
    SELECT format('%s nonces of %s senders', (SELECT count(*) FROM ours), (SELECT count(DISTINCT (chain_id, epoch, sender)) FROM ours)) AS figure,
      count(*) AS violations, (array_agg(problem))[:5] AS examples
    FROM odd`,
};

const transactions: Invariant = {
  name: 'chain.transactions',
  title: 'Each issue and redemption under way has its transaction, and how one ended is told within an hour',
  sql: `
    WITH odd AS (
      SELECT format('%s %s has no transaction', m.kind, m.id) AS problem FROM movements m
      WHERE m.state IN ('issuing', 'redeeming') AND NOT EXISTS (SELECT FROM chain_transactions t WHERE t.movement_id = m.id AND t.purpose IN ('issue', 'redeem'))
      UNION ALL
      SELECT format('transaction %s is %s and nobody was told', id, state) FROM chain_transactions
      WHERE state IN ('final', 'failed', 'replaced', 'dropped') AND handled_at IS NULL AND updated_at < now() - interval '1 hour'
    )
    SELECT format('%s transactions', (SELECT count(*) FROM chain_transactions)) AS figure, count(*) AS violations, (array_agg(problem))[:5] AS examples
    FROM odd`,
};

/** What binds the books to the chains. */
export const chainInvariants: readonly Invariant[] = [supply, issuance, canonical, cursors, nonces, transactions];
