import type { ReactNode } from 'react';
import { Seal } from './seal.tsx';
import './receipt.css';

type ReceiptProps = {
  /** The half that you keep: what leaves you. */
  readonly children: ReactNode;
  /** The other half: what arrives, fee, time. */
  readonly counterpart: ReactNode;
  /** The seal is set across the cut when the thing is done; before that its place is empty. */
  readonly sealed?: boolean | undefined;
};

/** A slip for review and proof: two halves, a cut between them, and the seal across the cut. */
export function Receipt({ children, counterpart, sealed = false }: ReceiptProps) {
  return (
    <div className="receipt">
      <div className="receipt__rule" aria-hidden="true" />
      <div className="receipt__top">{children}</div>
      <div className="receipt__cut" aria-hidden="true">
        <span className={sealed ? 'receipt__seal receipt__seal--set' : 'receipt__seal'}>
          {sealed ? <Seal size={44} /> : <span className="receipt__place" />}
        </span>
      </div>
      <div className="receipt__bottom">{counterpart}</div>
    </div>
  );
}

/** One named fact of a receipt or a detail. */
export type Fact = {
  /** Where two facts have the same label. */
  readonly key?: string | undefined;
  readonly label: string;
  readonly value: ReactNode;
  readonly note?: ReactNode | undefined;
  /** Gives the value the whole width, for addresses and long text. */
  readonly tall?: boolean | undefined;
};

/** Named facts under each other, as a description list. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className="facts">
      {facts.map((fact) => (
        <div className={fact.tall ? 'fact fact--tall' : 'fact'} key={fact.key ?? fact.label}>
          <dt>{fact.label}</dt>
          <dd>
            {fact.value}
            {fact.note ? <span className="fact__note">{fact.note}</span> : null}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** More for those who ask for it, behind one press. */
export function More({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <details className="raw">
      <summary>{label}</summary>
      {children}
    </details>
  );
}

/** Data for those who want to see exactly what is signed or stored, behind a link. */
export function RawData({ label, children }: { readonly label: string; readonly children: string }) {
  return (
    <More label={label}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must be able to scroll it */}
      <pre tabIndex={0}>{children}</pre>
    </More>
  );
}
