import { parseEmail } from '@feiqian/domain/identity';
import { inTransaction, type Pool } from '../database/pool.ts';

/** Somebody who works for the operator. */
export type RosterEntry = { readonly email: string; readonly handle: string; readonly grantedAt: Date };

/** What became of a change: `unchanged` when it was so already, `unknown` when nobody has this e-mail. */
export type RosterChange = 'changed' | 'unchanged' | 'unknown';

/** Who is staff, for the operator's command. Needs a pool of the tables' owner: the service's role may only read it. */
export function createRoster(pool: Pool) {
  /** Changes the list and notes it in the record of what staff did, together. */
  const change = (emailText: string, action: 'grant' | 'revoke'): Promise<RosterChange> => {
    const email = parseEmail(emailText);
    return inTransaction(pool, async (connection) => {
      const { rows } = await connection.query<{ id: string }>('SELECT id FROM users WHERE email = $1', [email]);
      const [user] = rows;
      if (!user) return 'unknown';
      const { rowCount } = await connection.query(
        action === 'grant'
          ? 'INSERT INTO staff (user_id) VALUES ($1) ON CONFLICT DO NOTHING'
          : 'DELETE FROM staff WHERE user_id = $1',
        [user.id],
      );
      if (rowCount === 0) return 'unchanged';
      await connection.query('INSERT INTO staff_actions (id, action, subject_id) VALUES (gen_random_uuid(), $1, $2)', [
        action,
        user.id,
      ]);
      return 'changed';
    });
  };
  return {
    /** @throws {AppError} EMAIL_MALFORMED. */
    grant: (email: string) => change(email, 'grant'),
    /** @throws {AppError} EMAIL_MALFORMED. */
    revoke: (email: string) => change(email, 'revoke'),

    async list(): Promise<RosterEntry[]> {
      const { rows } = await pool.query<{ email: string; handle: string; granted_at: Date }>(
        'SELECT u.email, u.handle, s.granted_at FROM staff s JOIN users u ON u.id = s.user_id ORDER BY s.granted_at, u.email',
      );
      return rows.map(({ email, handle, granted_at: grantedAt }) => ({ email, handle, grantedAt }));
    },
  };
}
