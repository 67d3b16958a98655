import { createContext, type ReactNode, use, useRef, useState } from 'react';
import { commonMessages } from '../i18n/common.ts';
import { useMessages } from '../i18n/language-context.tsx';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-paths.ts';
import './toast.css';

type Toast = { readonly id: number; readonly text: string; readonly icon: IconName };
type ShowToast = (text: string, icon?: IconName) => void;

const toastMs = 5_000;
const toastsMax = 3;

const ToastContext = createContext<ShowToast>(() => undefined);

/** Says something in passing: shown for a moment and read out politely. Never the only place of anything that matters. */
export function useToast(): ShowToast {
  return use(ToastContext);
}

/** Holds the live region and the toasts on show. */
export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const words = useMessages(commonMessages);
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const nextId = useRef(0);
  const [show] = useState<ShowToast>(() => (text: string, icon: IconName = 'check') => {
    nextId.current += 1;
    const id = nextId.current;
    setToasts((shown) => [...shown.slice(1 - toastsMax), { id, text, icon }]);
    setTimeout(() => setToasts((shown) => shown.filter((toast) => toast.id !== id)), toastMs);
  });
  return (
    <ToastContext value={show}>
      {children}
      <section className="toasts" aria-live="polite" aria-label={words.notifications}>
        {toasts.map((toast) => (
          <div className="toast" key={toast.id}>
            <Icon name={toast.icon} size={16} />
            {toast.text}
          </div>
        ))}
      </section>
    </ToastContext>
  );
}
