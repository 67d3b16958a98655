import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useMessages } from '../../i18n/language-context.tsx';
import { useSettingsAside } from '../../lib/settings-aside.tsx';
import { Page } from '../../ui/page.tsx';
import { AddTotp } from './add-totp.tsx';
import { twoStepMessages } from './messages.ts';
import { secondFactorsQuery } from './queries.ts';
import { RecoveryCodes } from './recovery-codes.tsx';
import { TwoStepOn } from './two-step-on.tsx';

/** Codes of an authenticator app beside the password: on, off, and the codes for when the phone is gone. */
export function TwoStepScreen() {
  const words = useMessages(twoStepMessages);
  const client = useQueryClient();
  const { data } = useSuspenseQuery(secondFactorsQuery);
  // Shown once, and kept nowhere else.
  const [codes, setCodes] = useState<readonly string[]>();
  const showCodes = async (made: readonly string[]) => {
    setCodes(made);
    await client.invalidateQueries(secondFactorsQuery);
  };
  const settings = useSettingsAside('safety');
  return (
    <Page title={words.title} back="/settings" detail={codes ? undefined : settings}>
      {codes ? (
        <RecoveryCodes codes={codes} onKept={() => setCodes(undefined)} />
      ) : data.totp ? (
        <TwoStepOn addedAt={data.totp.addedAt} codesLeft={data.recoveryCodesLeft} onCodes={showCodes} />
      ) : (
        <AddTotp onCodes={showCodes} />
      )}
    </Page>
  );
}
