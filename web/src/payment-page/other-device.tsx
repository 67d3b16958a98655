import { type ComponentType, lazy, Suspense } from 'react';
import { useMessages } from '../i18n/language-context.tsx';
import { paymentPageMessages } from './messages.ts';

type Code = ComponentType<{ readonly text: string; readonly label: string }>;

// Without it the page pays as well.
const QrCode = lazy(
  (): Promise<{ default: Code }> =>
    import('../ui/qr-code.tsx').then(
      (part) => ({ default: part.QrCode }),
      () => ({ default: () => null }),
    ),
);

type CodeProps = { readonly url: string };

/** The link as a code, for the phone beside a desk. */
export function CodeForPhone({ url }: CodeProps) {
  const words = useMessages(paymentPageMessages);
  return (
    <div className="pay__code pay__code--desk">
      <LinkCode url={url} />
      <p className="text-soft text-small">{words.scan}</p>
    </div>
  );
}

/** The same on a phone, for whoever asks for it. */
export function CodeForOthers({ url }: CodeProps) {
  const words = useMessages(paymentPageMessages);
  return (
    <details className="pay__code pay__code--phone raw">
      <summary>{words.showCode}</summary>
      <LinkCode url={url} />
    </details>
  );
}

function LinkCode({ url }: CodeProps) {
  const words = useMessages(paymentPageMessages);
  return (
    <Suspense fallback={<div className="pay__code-place" />}>
      <QrCode text={url} label={words.scan} />
    </Suspense>
  );
}
