import { lazy } from 'react';
import { commonMessages } from '../i18n/common.ts';
import { useMessages } from '../i18n/language-context.tsx';
import { Button } from '../ui/button.tsx';

const load = () => import('./mishap.tsx');

/** Fetches what is shown when something goes wrong, while all is well: a network that is gone brings nothing any more. */
export async function prepareForMishaps(): Promise<void> {
  // Then it is tried again when it is needed.
  await load().catch(() => undefined);
}

/** In place of a screen that failed. */
export const Crash = lazy(() =>
  load().then(
    ({ Crash }) => ({ default: Crash }),
    () => ({ default: PlainCrash }),
  ),
);

/** Above every screen while the device has no network. */
export const OfflineBanner = lazy(() =>
  load().then(
    ({ OfflineBanner }) => ({ default: OfflineBanner }),
    () => ({ default: PlainOffline }),
  ),
);

/** What needs no further file. */
function PlainCrash() {
  const words = useMessages(commonMessages);
  return (
    <div className="page stack">
      <h1>{words.failedTitle}</h1>
      <div>
        <Button variant="primary" icon="refresh" onClick={() => location.reload()}>
          {words.retry}
        </Button>
      </div>
    </div>
  );
}

function PlainOffline() {
  return <p>{useMessages(commonMessages).offlineTitle}</p>;
}
