import { useMessages } from '../../i18n/language-context.tsx';
import type { ReviewWarning } from '../../keyring/review-model.ts';
import { Banner } from '../../ui/banner.tsx';
import { reviewMessages } from './words.ts';

const tones = { note: 'plain', danger: 'amber', block: 'plum' } as const;

/** What is risky about a signature, worst first, above the button that makes it. */
export function ReviewWarnings({ warnings }: { readonly warnings: readonly ReviewWarning[] }) {
  const words = useMessages(reviewMessages);
  return (
    <div className="stack stack--tight">
      {warnings.map(({ code, severity }) => (
        <Banner key={code} tone={tones[severity]} title={words.warnings[code].title}>
          {words.warnings[code].body}
        </Banner>
      ))}
    </div>
  );
}
