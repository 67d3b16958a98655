import { useMessages } from '../../i18n/language-context.tsx';
import { Failure } from '../../lib/failure.tsx';
import { saveFile } from '../../lib/save-file.ts';
import { useSettingsAside } from '../../lib/settings-aside.tsx';
import { useTask } from '../../lib/use-task.ts';
import { useStartWallet, useWalletState } from '../../lib/wallet/session-context.tsx';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { useToast } from '../../ui/toast.tsx';
import { settingsMessages } from './messages.ts';

/** Saves the encrypted vault as a file, for a time without the service. */
export function BackupScreen() {
  const words = useMessages(settingsMessages);
  const { account } = useWalletState();
  const startWallet = useStartWallet();
  const showToast = useToast();
  const { run, isPending, error } = useTask();
  const save = () =>
    run(async () => {
      const { version, vault } = await (await startWallet()).service.exportVault();
      saveFile(`feiqian-${account?.handle ?? 'wallet'}-${version}.json`, vault);
      showToast(words.backupSaved);
    });
  const settings = useSettingsAside('safety');
  return (
    <Page title={words.backupTitle} back="/settings" detail={settings}>
      <div className="stack">
        <p>{words.backupLead}</p>
        <p>{words.backupHow}</p>
        <p className="text-soft">{words.backupOld}</p>
        {error ? <Failure error={error} /> : null}
        <Button variant="primary" icon="download" wide large busy={isPending ? words.saved : undefined} onClick={save}>
          {words.backupSave}
        </Button>
      </div>
    </Page>
  );
}
