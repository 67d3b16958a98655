import { commonMessages } from '../i18n/common.ts';
import { useMessages } from '../i18n/language-context.tsx';
import { Button, IconButton } from './button.tsx';
import { useToast } from './toast.tsx';

type CopyButtonProps = {
  readonly text: string;
  /** Says what is copied, such as "Copy address". */
  readonly label?: string | undefined;
  readonly variant?: 'secondary' | 'quiet' | undefined;
  /** Without its word, beside a number that says what is copied. */
  readonly iconOnly?: boolean | undefined;
};

/** Copies text and says whether it worked. */
export function CopyButton({ text, label, variant = 'secondary', iconOnly = false }: CopyButtonProps) {
  const words = useMessages(commonMessages);
  const showToast = useToast();
  const copy = () => {
    // Browsers refuse without a secure context or permission; then the text can still be selected.
    const copied = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'));
    copied.then(
      () => showToast(words.copied),
      () => showToast(words.copyFailed, 'alert'),
    );
  };
  if (iconOnly) return <IconButton icon="copy" label={label ?? words.copy} onClick={copy} />;
  return (
    <Button variant={variant} icon="copy" onClick={copy}>
      {label ?? words.copy}
    </Button>
  );
}
