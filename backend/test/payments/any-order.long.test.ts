import { vi } from 'vitest';
import { describeAnyOrder } from './any-order.behavior.ts';

vi.setConfig({ testTimeout: 1_800_000, hookTimeout: 60_000 });

describeAnyOrder(500);
