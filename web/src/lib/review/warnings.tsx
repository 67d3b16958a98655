import { useMessages } from '../../i18n/language-context.tsx';
import type { ReviewWarning } from '../../keyring/review-model.ts';
import type { TakenName } from '../../keyring/token-names.ts';
import { Banner } from '../../ui/banner.tsx';
import { TakenNameBanner } from '../unverified.tsx';
import { reviewMessages } from './words.ts';

const tones = { note: 'plain', danger: 'amber', block: 'plum' } as const;

type ReviewWarningsProps = {
  readonly warnings: readonly ReviewWarning[];
  /** Whose name the token takes, which is said with that name. */
  readonly taken?: TakenName | undefined;
};

/** What is risky about a signature, worst first, above the button that makes it. */
export function ReviewWarnings({ warnings: all, taken }: ReviewWarningsProps) {
  const words = useMessages(reviewMessages);
  const warnings = taken ? all.filter(({ code }) => code !== 'token_imitates') : all;
  return (
    <div className="stack stack--tight">
      <TakenNameBanner taken={taken} />
      {warnings.map(({ code, severity }) => (
        <Banner key={code} tone={tones[severity]} title={words.warnings[code].title}>
          {words.warnings[code].body}
        </Banner>
      ))}
    </div>
  );
}
