/**
 * `npm run bench -- monitoring`: how much of ten kinds of fraud the rules that are built in see in a labelled stream of 50,000 movements
 * (recall, by incident), how often they are right where they speak (precision, by movement), and how much of everyday life they disturb.
 */
import { defaultRules } from '@feiqian/domain/monitoring/default-rules';
import { type RunBench, toBenchResult } from '../lib/bench-result.ts';
import { judgeStream } from '../lib/monitoring/judge-stream.ts';
import { createStream } from '../lib/monitoring/stream.ts';

const stream = { seed: 20_261_130, size: 45_000, people: 300, incidents: 12 };

export const runBench: RunBench = async (report, { cases }) => {
  const isWanted = (name: string) => cases.length === 0 || cases.includes(name);
  const { scores, everyday, disturbed } = judgeStream(createStream(stream), defaultRules);
  for (const [name, { incidents, caught, flagged, right }] of Object.entries(scores)) {
    if (!isWanted(name)) continue;
    report(
      toBenchResult({ bench: 'monitoring', case: `${name} recall`, figure: caught, limit: incidents, unit: 'seen' }),
    );
    report(
      toBenchResult({ bench: 'monitoring', case: `${name} precision`, figure: right, limit: flagged, unit: 'right' }),
    );
  }
  if (isWanted('everyday'))
    report(
      toBenchResult({ bench: 'monitoring', case: 'everyday', figure: disturbed, limit: everyday, unit: 'stopped' }),
    );
};
