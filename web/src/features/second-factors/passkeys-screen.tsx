import { queryOptions, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useMessages } from '../../i18n/language-context.tsx';
import { canUsePasskeys } from '../../lib/passkey-prompt.ts';
import { useSettingsAside } from '../../lib/settings-aside.tsx';
import { useStartWallet } from '../../lib/wallet/session-context.tsx';
import type { RunningWallet } from '../../lib/wallet/start-wallet.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { List, ListRow } from '../../ui/list.tsx';
import { Page } from '../../ui/page.tsx';
import { AddPasskey } from './add-passkey.tsx';
import { passkeyMessages, twoStepMessages } from './messages.ts';
import { joinPasskeys, type SomePasskey } from './passkey-list.ts';
import { PasskeyRow } from './passkey-row.tsx';
import { secondFactorsQuery } from './queries.ts';
import { RecoveryCodes } from './recovery-codes.tsx';
import { RenewSheet } from './two-step-on.tsx';

const unlockingQuery = (start: () => Promise<RunningWallet>) =>
  queryOptions({ queryKey: ['passkeys'] as const, queryFn: async () => (await start()).passkeys.list() });

/** Passkeys that log in and open the wallet. */
export function PasskeysScreen() {
  const words = useMessages(passkeyMessages);
  const client = useQueryClient();
  const { data: unlocking } = useSuspenseQuery(unlockingQuery(useStartWallet()));
  const { data: factors } = useSuspenseQuery(secondFactorsQuery);
  // Shown once, and kept nowhere else.
  const [codes, setCodes] = useState<readonly string[]>();
  const refresh = () =>
    Promise.all([client.invalidateQueries(secondFactorsQuery), client.invalidateQueries({ queryKey: ['passkeys'] })]);
  const change = async (made?: readonly string[]) => {
    if (made && made.length > 0) setCodes(made);
    await refresh();
  };
  const settings = useSettingsAside('safety');
  const passkeys = joinPasskeys(factors.passkeys, unlocking);
  return (
    <Page title={words.title} back="/settings" detail={codes ? undefined : settings}>
      {codes ? (
        <RecoveryCodes codes={codes} onKept={() => setCodes(undefined)} />
      ) : (
        <div className="stack stack--wide">
          <p>{words.lead}</p>
          <PasskeyList passkeys={passkeys} hasApp={factors.totp !== null} onChanged={change} />
          {factors.passkeys.length > 0 ? <CodesLeft count={factors.recoveryCodesLeft} onCodes={change} /> : null}
          {canUsePasskeys() ? <AddPasskey onAdded={change} /> : <Banner tone="plain" title={words.impossible} />}
        </div>
      )}
    </Page>
  );
}

type PasskeyListProps = {
  readonly passkeys: readonly SomePasskey[];
  /** Whether there is an authenticator app beside them. */
  readonly hasApp: boolean;
  readonly onChanged: () => Promise<void>;
};

function PasskeyList({ passkeys, hasApp, onChanged }: PasskeyListProps) {
  const words = useMessages(passkeyMessages);
  if (passkeys.length === 0) return <p className="text-soft">{words.none}</p>;
  const isLast = !hasApp && passkeys.filter(({ login }) => login).length === 1;
  return (
    <List label={words.title}>
      {passkeys.map((passkey, index) => (
        <PasskeyRow
          key={passkey.credentialId}
          passkey={passkey}
          name={passkey.name === '' ? words.unnamed(index + 1) : passkey.name}
          isLast={isLast && passkey.login !== undefined}
          onRemoved={onChanged}
        />
      ))}
    </List>
  );
}

type CodesLeftProps = { readonly count: number; readonly onCodes: (codes: readonly string[]) => Promise<void> };

/** For when no passkey is at hand. */
function CodesLeft({ count, onCodes }: CodesLeftProps) {
  const words = useMessages(twoStepMessages);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <List>
        <ListRow
          icon="key"
          title={words.codesLeft(count)}
          detail={words.codesKeep}
          end={
            <Button variant="quiet" onClick={() => setOpen(true)}>
              {words.renew}
            </Button>
          }
        />
      </List>
      {isOpen ? <RenewSheet onCodes={onCodes} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
