import { describe, expect, it } from 'vitest';
import { createSiteJudge } from './site-names.ts';
import { readVectors } from './testing/read-vectors.ts';

type PublishedLists = {
  readonly tolerance: number;
  readonly fuzzylist: readonly string[];
  readonly whitelist: readonly string[];
  readonly blacklist: readonly string[];
};

const { tolerance, fuzzylist, whitelist, blacklist } = readVectors<PublishedLists>('phishing/config.json.gz');
const judge = createSiteJudge({ blocked: blacklist, allowed: whitelist, imitated: fuzzylist, tolerance });

describe('createSiteJudge with a published list', () => {
  it('catches every site of the list, and every page below one', () => {
    const allowed = new Set(whitelist);
    const reachable = blacklist.filter(
      (name) => !name.split('.').some((_part, at, all) => allowed.has(all.slice(at).join('.'))),
    );
    expect(reachable.length).toBeGreaterThan(6_900);
    expect(reachable.filter((name) => judge(name) !== 'blocked' || judge(`login.${name}`) !== 'blocked')).toEqual([]);
  });

  it('lets every site pass that is known to be good', () => {
    const good = [...whitelist, ...readVectors<readonly string[]>('phishing/must_not_flag_dapps.json')];
    expect(good.filter((name) => ['blocked', 'imitation'].includes(judge(name)))).toEqual([]);
  });

  it.each([
    ['metamsk.io', 'imitation'],
    ['metamask.example', 'imitation'],
    ['www.metamask.io', 'imitation'],
    ['myetherwallett.com', 'imitation'],
    ['METAMASK.IO.', 'unknown'],
    ['metamask.io', 'unknown'],
    ['example.com', 'unknown'],
  ])('says of %s: %s', (name, verdict) => {
    expect(judge(name)).toBe(verdict);
  });
});
