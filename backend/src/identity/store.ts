import type { KdfRecord, Language } from '@feiqian/domain/api/auth';
import { AppError } from '@feiqian/domain/errors';
import { isUniqueViolation, type Prisma } from '../database/prisma.ts';

/** A person as stored. */
export type UserRow = {
  readonly id: string;
  readonly email: string;
  readonly handle: string;
  readonly kdf: KdfRecord;
  readonly authHash: string;
  readonly language: Language;
  readonly displayCurrency: 'CNY' | 'USD';
  readonly createdAt: Date;
};

type RawUser = Awaited<ReturnType<Prisma['user']['findUniqueOrThrow']>>;

const toUser = (row: RawUser): UserRow => ({
  ...row,
  kdf: row.kdf as unknown as KdfRecord,
  language: row.language as Language,
  displayCurrency: row.displayCurrency as 'CNY' | 'USD',
});

/** Reads and writes people, sessions and linked addresses. */
export type IdentityStore = ReturnType<typeof createIdentityStore>;

export function createIdentityStore(prisma: Prisma) {
  return Object.assign(createPeopleStore(prisma), createSessionStore(prisma));
}

/** Sessions, and log-ins that wait for their second step. */
function createSessionStore(prisma: Prisma) {
  return {
    async createSession(session: {
      tokenHash: Buffer;
      userId: string;
      userAgent: string;
      expiresAt: Date;
      /** When a second factor was shown for it. */
      factorAt?: Date;
    }): Promise<void> {
      await prisma.session.create({ data: { ...session, tokenHash: new Uint8Array(session.tokenHash) } });
    },

    /** Notes that somebody's password was right and a second factor is still to come; what nobody came back to goes. */
    async createPendingLogin(
      { ticketHash, ...login }: { ticketHash: Buffer; userId: string; expiresAt: Date },
      now: Date,
    ): Promise<void> {
      await prisma.pendingLogin.deleteMany({ where: { expiresAt: { lt: now } } });
      await prisma.pendingLogin.create({ data: { ...login, ticketHash: new Uint8Array(ticketHash) } });
    },

    /** Whose log-in waits under a ticket. */
    async findPendingLogin(ticketHash: Buffer, now: Date): Promise<string | undefined> {
      const row = await prisma.pendingLogin.findFirst({
        where: { ticketHash: new Uint8Array(ticketHash), expiresAt: { gt: now } },
      });
      return row?.userId;
    },

    /** Takes a ticket so that nobody can take it again. */
    async takePendingLogin(ticketHash: Buffer): Promise<boolean> {
      const { count } = await prisma.pendingLogin.deleteMany({ where: { ticketHash: new Uint8Array(ticketHash) } });
      return count === 1;
    },

    /** Ends one session, or every session of a person except one. */
    async deleteSession(tokenHash: Buffer): Promise<void> {
      await prisma.session.deleteMany({ where: { tokenHash: new Uint8Array(tokenHash) } });
    },
    async deleteOtherSessions(userId: string, tokenHash: Buffer): Promise<void> {
      await prisma.session.deleteMany({ where: { userId, NOT: { tokenHash: new Uint8Array(tokenHash) } } });
    },
  };
}

function createPeopleStore(prisma: Prisma) {
  const findUser = async (where: { id: string } | { email: string } | { handle: string }) => {
    const row = await prisma.user.findUnique({ where });
    return row ? toUser(row) : undefined;
  };
  return {
    findUser,

    /** @throws {AppError} EMAIL_TAKEN or HANDLE_TAKEN. */
    async createUser(user: Omit<UserRow, 'createdAt'>): Promise<UserRow> {
      try {
        return toUser(await prisma.user.create({ data: user }));
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        if (await findUser({ email: user.email }))
          throw new AppError('EMAIL_TAKEN', 'This e-mail address has an account.');
        throw new AppError('HANDLE_TAKEN', 'This handle belongs to somebody.');
      }
    },

    /** @throws {AppError} HANDLE_TAKEN. */
    async updateUser(
      id: string,
      set: { language?: Language; displayCurrency?: 'CNY' | 'USD'; handle?: string },
    ): Promise<UserRow> {
      try {
        return toUser(await prisma.user.update({ where: { id }, data: set }));
      } catch (error) {
        if (isUniqueViolation(error)) throw new AppError('HANDLE_TAKEN', 'This handle belongs to somebody.');
        throw error;
      }
    },

    async createChallenge(challenge: {
      nonce: string;
      userId: string;
      message: string;
      expiresAt: Date;
    }): Promise<void> {
      await prisma.addressChallenge.deleteMany({ where: { expiresAt: { lt: new Date() } } });
      await prisma.addressChallenge.create({ data: challenge });
    },

    /** Takes a challenge so that nobody can take it again. */
    async takeChallenge(userId: string, message: string, now: Date): Promise<boolean> {
      const { count } = await prisma.addressChallenge.deleteMany({
        where: { userId, message, expiresAt: { gt: now } },
      });
      return count === 1;
    },

    async listAddresses(userId: string): Promise<{ address: string; linkedAt: Date }[]> {
      return prisma.address.findMany({
        where: { userId },
        orderBy: [{ linkedAt: 'asc' }, { address: 'asc' }],
        select: { address: true, linkedAt: true },
      });
    },

    /** Links an address; linking one's own again changes nothing. @throws {AppError} ADDRESS_LINKED_ELSEWHERE. */
    async linkAddress(link: { address: string; userId: string; message: string; signature: string }): Promise<void> {
      try {
        await prisma.address.create({ data: link });
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        const row = await prisma.address.findUnique({ where: { address: link.address } });
        if (row?.userId !== link.userId)
          throw new AppError('ADDRESS_LINKED_ELSEWHERE', 'This address belongs to another account.');
      }
    },

    async findAddressOwner(address: string): Promise<string | undefined> {
      return (await prisma.address.findUnique({ where: { address }, select: { userId: true } }))?.userId;
    },

    async vaultVersion(userId: string): Promise<number> {
      const { _max } = await prisma.vaultVersion.aggregate({ where: { userId }, _max: { version: true } });
      return _max.version ?? 0;
    },
  };
}
