import { type ReactNode, Suspense } from 'react';
import { commonMessages } from '../i18n/common.ts';
import { useMessages } from '../i18n/language-context.tsx';
import { Banner } from '../ui/banner.tsx';
import { Button, ButtonLink } from '../ui/button.tsx';
import { HoldButton } from '../ui/hold-button.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { Failure } from './failure.tsx';
import type { FlowState } from './flow.ts';
import { formMessages } from './form-words.ts';
import { reviewMessages } from './review/words.ts';
import type { Flow } from './use-flow.ts';

type FlowSheetProps<Draft, Result> = {
  readonly flow: Flow<Draft, Result>;
  readonly title: string;
  /** The slip of the very draft that will be signed or sent; sealed when it is done. */
  readonly receipt: (draft: Draft, isSealed: boolean) => ReactNode;
  /** Risks of this draft, above the button. */
  readonly warnings?: ((draft: Draft) => ReactNode) | undefined;
  /** Why this draft must not be approved at all. */
  readonly blocked?: ((draft: Draft) => string | undefined) | undefined;
  /** Whether this draft must be held for rather than pressed. */
  readonly isHeld?: ((draft: Draft) => boolean) | undefined;
  /** The verb with its money: "Send 25.00 USDF". */
  readonly action: (draft: Draft) => string;
  /** What is true when it is done, where it is not on its way but there. */
  readonly doneTitle?: ((draft: Draft) => string) | undefined;
  /** What the button says while it works: "Signing". */
  readonly busy: string;
  /** Where the money can be followed, by those whose it is. */
  readonly followHref?: ((result: Result) => string | undefined) | undefined;
  readonly onClose: () => void;
};

/** The review of a flow, its approval, and what became of it, in one sheet. Nothing shows while one is filling in. */
export function FlowSheet<Draft, Result>(props: FlowSheetProps<Draft, Result>) {
  const { flow, title, doneTitle, receipt, warnings, onClose } = props;
  const words = useMessages(formMessages);
  const { state } = flow;
  if (state.step === 'editing') return null;
  const isDone = state.step === 'done';
  const isWaiting = isDone && isInReview(state.result);
  const done = isWaiting
    ? words.inReviewTitle
    : state.step === 'done'
      ? (doneTitle?.(state.draft) ?? words.doneTitle)
      : '';
  const finish = () => {
    flow.goBack();
    onClose();
  };
  // Sentences that are still on their way hold up the sheet alone: the form behind it stays, and keeps the focus to come back to.
  return (
    <Suspense>
      <Sheet title={isDone ? done : title} locked={state.step === 'submitting'} onClose={isDone ? finish : flow.goBack}>
        <div className="stack">
          {receipt(state.draft, isDone && !isWaiting)}
          {isWaiting ? <Banner tone="amber" title={words.inReviewBody} /> : null}
          {state.step === 'reviewing' || state.step === 'submitting' ? warnings?.(state.draft) : null}
          <FlowActions {...props} state={state} onClose={finish} />
          <p className="visually-hidden" role="status">
            {state.step === 'submitting' ? props.busy : done}
          </p>
        </div>
      </Sheet>
    </Suspense>
  );
}

/** Whether what was asked for waits to be looked at first. */
const isInReview = (result: unknown): boolean =>
  typeof result === 'object' && result !== null && 'state' in result && result.state === 'in_review';

function FlowActions<Draft, Result>({
  flow,
  blocked,
  isHeld,
  action,
  busy,
  followHref,
  onClose,
  state,
}: FlowSheetProps<Draft, Result> & { readonly state: FlowState<Draft, Result> }) {
  const words = useMessages(formMessages);
  const common = useMessages(commonMessages);
  if (state.step === 'editing') return null;
  if (state.step === 'done') {
    const href = followHref?.(state.result);
    return (
      <div className="stack stack--tight">
        {href ? (
          <ButtonLink href={href} variant="primary" wide large>
            {words.follow}
          </ButtonLink>
        ) : null}
        <Button wide onClick={onClose}>
          {common.done}
        </Button>
      </div>
    );
  }
  if (state.step === 'failed') {
    return (
      <Failure
        error={state.error}
        effect={state.effect === 'none' ? words.nothingMoved : words.notKnown}
        action={
          <div className="row">
            <Button variant="primary" icon="refresh" onClick={flow.approve}>
              {common.retry}
            </Button>
            {state.effect === 'none' ? <Button onClick={flow.goBack}>{words.goBack}</Button> : null}
          </div>
        }
      />
    );
  }
  const label = action(state.draft);
  if (state.step === 'reviewing' && isHeld?.(state.draft) && blocked?.(state.draft) === undefined)
    return <HeldAction label={label} onConfirm={flow.approve} />;
  return (
    <Button
      variant="primary"
      wide
      large
      blocked={blocked?.(state.draft)}
      busy={state.step === 'submitting' ? busy : undefined}
      onClick={flow.approve}
    >
      {label}
    </Button>
  );
}

function HeldAction({ label, onConfirm }: { readonly label: string; readonly onConfirm: () => void }) {
  const words = useMessages(reviewMessages);
  return (
    <HoldButton holding={words.holding} hint={words.holdHint} confirm={words.holdConfirm(label)} onConfirm={onConfirm}>
      {words.hold(label)}
    </HoldButton>
  );
}
