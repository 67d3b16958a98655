import { type ComponentType, lazy, Suspense } from 'react';
import { useMessages } from '../i18n/language-context.tsx';
import { checkoutMessages } from './messages.ts';

type Code = ComponentType<{ readonly text: string; readonly label: string }>;

// Without it the page pays as well.
const QrCode = lazy(
  (): Promise<{ default: Code }> =>
    import('../ui/qr-code.tsx').then(
      (part) => ({ default: part.QrCode }),
      () => ({ default: () => null }),
    ),
);

/** The link as a code: for the phone beside a desk; on a phone, for whoever asks for it. */
export function OtherDevice({ url }: { readonly url: string }) {
  const words = useMessages(checkoutMessages);
  const code = (
    <Suspense fallback={<div className="pay__code-place" />}>
      <QrCode text={url} label={words.scan} />
    </Suspense>
  );
  return (
    <>
      <div className="pay__code pay__code--desk">
        {code}
        <p className="text-soft text-small">{words.scan}</p>
      </div>
      <details className="pay__code pay__code--phone raw">
        <summary>{words.showCode}</summary>
        {code}
      </details>
    </>
  );
}
