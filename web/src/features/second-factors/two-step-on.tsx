import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { commonMessages } from '../../i18n/common.ts';
import { formatMoment } from '../../i18n/formats.ts';
import { useLanguage, useMessages } from '../../i18n/language-context.tsx';
import { Failure } from '../../lib/failure.tsx';
import { useTask } from '../../lib/use-task.ts';
import { Button } from '../../ui/button.tsx';
import { List, ListRow, StateText } from '../../ui/list.tsx';
import { Sheet } from '../../ui/sheet.tsx';
import { useToast } from '../../ui/toast.tsx';
import { twoStepMessages } from './messages.ts';
import { removeTotp, renewRecoveryCodes, secondFactorsQuery } from './queries.ts';

const fewCodes = 3;

type TwoStepOnProps = {
  readonly addedAt: string;
  readonly codesLeft: number;
  readonly onCodes: (codes: readonly string[]) => Promise<void>;
};

/** What there is, and its changes; each asks for a second factor that is not too old. */
export function TwoStepOn({ addedAt, codesLeft, onCodes }: TwoStepOnProps) {
  const words = useMessages(twoStepMessages);
  const language = useLanguage();
  const [open, setOpen] = useState<'off' | 'renew'>();
  return (
    <div className="stack stack--wide">
      <p>{words.leadOn}</p>
      <List label={words.title}>
        <ListRow
          icon="shield"
          title={<StateText state="done">{words.on}</StateText>}
          detail={words.onSince(formatMoment(addedAt, new Date(), language))}
        />
        <ListRow
          icon="key"
          title={words.codesLeft(codesLeft)}
          detail={codesLeft <= fewCodes ? <StateText state="waiting">{words.codesFew}</StateText> : words.codesKeep}
        />
      </List>
      <div className="row">
        <Button icon="refresh" onClick={() => setOpen('renew')}>
          {words.renew}
        </Button>
        <Button variant="quiet" onClick={() => setOpen('off')}>
          {words.off}
        </Button>
      </div>
      {open === 'off' ? <OffSheet onClose={() => setOpen(undefined)} /> : null}
      {open === 'renew' ? <RenewSheet onCodes={onCodes} onClose={() => setOpen(undefined)} /> : null}
    </div>
  );
}

function OffSheet({ onClose }: { readonly onClose: () => void }) {
  const words = useMessages(twoStepMessages);
  const common = useMessages(commonMessages);
  const client = useQueryClient();
  const showToast = useToast();
  const { mutate, isPending, error } = useMutation({
    mutationFn: removeTotp,
    onSuccess: async () => {
      showToast(words.turnedOff);
      onClose();
      await client.invalidateQueries(secondFactorsQuery);
    },
  });
  return (
    <Sheet title={words.offTitle} onClose={onClose} locked={isPending}>
      <div className="stack">
        <p>{words.offBody}</p>
        {error ? <Failure error={error} effect={words.unchanged} /> : null}
        <div className="row">
          <Button variant="danger" busy={isPending ? words.turningOff : undefined} onClick={() => mutate()}>
            {words.off}
          </Button>
          <Button onClick={onClose}>{common.cancel}</Button>
        </div>
      </div>
    </Sheet>
  );
}

type RenewSheetProps = Pick<TwoStepOnProps, 'onCodes'> & { readonly onClose: () => void };

/** Ten new recovery codes instead of the old ones. */
export function RenewSheet({ onCodes, onClose }: RenewSheetProps) {
  const words = useMessages(twoStepMessages);
  const common = useMessages(commonMessages);
  const { run, isPending, error } = useTask();
  const renew = () =>
    run(async () => {
      const codes = await renewRecoveryCodes();
      onClose();
      await onCodes(codes);
    });
  return (
    <Sheet title={words.renewTitle} onClose={onClose} locked={isPending}>
      <div className="stack">
        <p>{words.renewBody}</p>
        {error ? <Failure error={error} effect={words.unchanged} /> : null}
        <div className="row">
          <Button variant="primary" busy={isPending ? words.renewing : undefined} onClick={renew}>
            {words.renew}
          </Button>
          <Button onClick={onClose}>{common.cancel}</Button>
        </div>
      </div>
    </Sheet>
  );
}
