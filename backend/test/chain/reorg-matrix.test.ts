import { vi } from 'vitest';
import { describeReorgMatrix } from './reorg-matrix.behavior.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));
describeReorgMatrix('anvil', [1, 7, 64], seed);
describeReorgMatrix('hardhat', [2], seed);
