import { vi } from 'vitest';
import { describeReorgMatrix } from './reorg-matrix.behavior.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

describeReorgMatrix([1, 7, 64], Number(process.env.SEED ?? Math.floor(Math.random() * 1e9)));
