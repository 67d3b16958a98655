import { type ReactNode, useEffect, useEffectEvent, useId, useRef, useState } from 'react';
import './hold-button.css';

type HoldButtonProps = {
  readonly children: ReactNode;
  /** What the button says while it is held. */
  readonly holding: string;
  /** How to use it, below it and spoken with it: to hold, or to press and then confirm. */
  readonly hint: string;
  /** The second step of a press that was not held, such as "Yes, send 25.00 USDF". */
  readonly confirm: string;
  readonly onConfirm: () => void;
};

// As long as the animation in hold-button.css.
const holdMs = 1_200;

/**
 * A button for what must not happen by a slip: it acts once it was held. Whoever can't or won't hold (keyboard, screen
 * reader, switch) presses it and then a second button, which takes the focus. Nothing depends on speed: a hold that is let go
 * of too early is a press (WCAG 2.5.1, 2.5.2).
 */
export function HoldButton({ children, holding, hint, confirm, onConfirm }: HoldButtonProps) {
  const [isHeld, setHeld] = useState(false);
  const [isAsked, setAsked] = useState(false);
  const wasHeld = useRef(false);
  const second = useRef<HTMLButtonElement>(null);
  const hintId = useId();
  const act = useEffectEvent(onConfirm);
  useEffect(() => {
    if (!isHeld) return undefined;
    const timer = setTimeout(() => {
      wasHeld.current = true;
      setHeld(false);
      act();
    }, holdMs);
    return () => clearTimeout(timer);
  }, [isHeld]);
  useEffect(() => {
    if (isAsked) second.current?.focus();
  }, [isAsked]);
  const release = () => setHeld(false);
  return (
    <div className="stack stack--tight">
      <button
        type="button"
        className={`button button--danger button--wide button--large hold${isHeld ? ' hold--held' : ''}`}
        aria-describedby={hintId}
        onPointerDown={(event) => {
          wasHeld.current = false;
          if (event.button === 0) setHeld(true);
        }}
        onPointerUp={release}
        onPointerLeave={release}
        onPointerCancel={release}
        onContextMenu={(event) => event.preventDefault()}
        onClick={() => {
          if (!wasHeld.current) setAsked(true);
        }}
      >
        <span className="hold__fill" aria-hidden="true" />
        <span className="hold__label">{isHeld ? holding : children}</span>
      </button>
      <p id={hintId} className="text-soft text-small">
        {hint}
      </p>
      {isAsked ? (
        <button ref={second} type="button" className="button button--secondary button--wide" onClick={onConfirm}>
          <span>{confirm}</span>
        </button>
      ) : null}
    </div>
  );
}
