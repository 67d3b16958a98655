import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './generated/client.ts';
import type { Pool } from './pool.ts';

/** Prisma over the service's own pool: for plain reads and writes of rows. Posting, indexing and history are SQL. */
export type Prisma = PrismaClient;

/** Opens Prisma on a pool that somebody else closes. */
export function openPrisma(pool: Pool): Prisma {
  return new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: false }) });
}

/** Tells whether a write failed because a row with that key exists (Prisma P2002). */
export function isUniqueViolation(error: unknown): boolean {
  return typeof error === 'object' && error !== null && (error as { code?: unknown }).code === 'P2002';
}
