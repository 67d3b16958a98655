import { describeStories } from './stories.behavior.ts';

const seeds = Array.from({ length: 20 }, (_, index) => index + 1);

describeStories('people and faults', { seeds, killsMin: seeds.length, deedsPerWave: 3 });
