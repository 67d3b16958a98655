import { type ReactNode, useEffect, useEffectEvent, useId, useLayoutEffect, useRef } from 'react';
import { commonMessages } from '../i18n/common.ts';
import { useMessages } from '../i18n/language-context.tsx';
import { AmountsHidden } from './amounts-hidden.ts';
import { openLayer } from './back-layers.ts';
import { IconButton } from './button.tsx';
import './sheet.css';

type SheetProps = {
  readonly title: string;
  /** Mount it to open it; the browser keeps the focus inside and gives it back afterwards. */
  readonly onClose: () => void;
  /** While true, Esc, the back button and the backdrop do nothing: money is moving and the answer must be seen. */
  readonly locked?: boolean | undefined;
  readonly children: ReactNode;
};

/** A modal sheet: from below on a phone, in the middle on a desk. Built on the browser's own dialog. */
export function Sheet({ title, onClose, locked = false, children }: SheetProps) {
  const words = useMessages(commonMessages);
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  // Not after painting: by then a closing dialog is out of the page, and the browser gives no focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    // The browser would choose the button that closes. What is asked for comes first, else the title, to be read from there.
    const asked = element?.querySelector<HTMLElement>('input:not([type="hidden"]), textarea, select');
    (asked ?? element?.querySelector<HTMLElement>('h2'))?.focus();
    return () => element?.close();
  }, []);
  const onBack = useEffectEvent(onClose);
  const isLocked = useEffectEvent(() => locked);
  useEffect(() => openLayer({ close: () => onBack(), isLocked: () => isLocked() }), []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc closes a dialog by itself; the click is for its backdrop
    <dialog
      ref={dialog}
      className="sheet"
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        if (!locked) onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current && !locked) onClose();
      }}
    >
      <div className="sheet__head">
        <h2 className="sheet__title" id={titleId} tabIndex={-1}>
          {title}
        </h2>
        {locked ? null : <IconButton icon="close" label={words.close} onClick={onClose} />}
      </div>
      <AmountsHidden value={false}>
        <div className="sheet__body">{children}</div>
      </AmountsHidden>
    </dialog>
  );
}
