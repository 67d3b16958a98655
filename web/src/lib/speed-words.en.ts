import type { messages as zh } from './speed-words.zh.ts';

/** Words of how urgent a transaction is. */
export const messages: typeof zh = {
  speed: 'Speed',
  speeds: { slow: 'Slow', normal: 'Normal', fast: 'Fast' },
  speedHints: {
    slow: 'When the chain gets busy it may wait a while.',
    normal: 'Usually in one of the next two blocks.',
    fast: 'In a block soon, even when the chain is very busy.',
  },
  slowCanHurry: 'When the chain gets busy it may wait a while. You can speed it up later.',
};
