import { vi } from 'vitest';
import { describeReorgMatrix } from './reorg-matrix.behavior.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const depths = Array.from({ length: 64 }, (_, index) => index + 1);
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));
describeReorgMatrix('anvil', depths, seed);
describeReorgMatrix('hardhat', depths, seed);
