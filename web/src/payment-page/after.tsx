import type { PaymentStanding } from '../lib/payment-standing.ts';
import type { Assets } from './assets.ts';
import { End } from './end.tsx';
import type { Request } from './service.ts';
import { Underway } from './underway.tsx';

type AfterProps = {
  readonly request: Request;
  readonly standing: Exclude<PaymentStanding, 'waiting' | 'partly'>;
  readonly assets: Assets;
  /** What the payer's own history calls it, when they paid here from their balance. */
  readonly historyId: string | undefined;
  readonly sendsMail: boolean;
};

/** What there is to say once nothing can be paid (any more). Fetched behind the first screen, which most see before. */
export function After({ standing, ...props }: AfterProps) {
  if (standing === 'confirming') return <Underway request={props.request} assets={props.assets} />;
  return <End standing={standing} {...props} />;
}
