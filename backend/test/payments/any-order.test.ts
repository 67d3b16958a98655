import { vi } from 'vitest';
import { describeAnyOrder } from './any-order.behavior.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

describeAnyOrder(10);
