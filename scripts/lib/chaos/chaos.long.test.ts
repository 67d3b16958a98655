import { describeStories } from './stories.behavior.ts';

const range = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);

describeStories('people and faults, for long', { seeds: range(1_000, 200), replicas: 2, killsMin: 200 });
// At least one death in each: a hundred random instants.
describeStories('people and deaths at random instants', { seeds: range(2_000, 100), kinds: ['kill'], killsMin: 100 });
