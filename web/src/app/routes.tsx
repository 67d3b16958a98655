import { lazy } from 'react';
import { Route, Switch } from 'wouter';
import { useMessages } from '../i18n/language-context.tsx';
import { ButtonLink } from '../ui/button.tsx';
import { Page } from '../ui/page.tsx';
import { EmptyState } from '../ui/states.tsx';
import { Shell } from './shell.tsx';
import { shellMessages } from './shell-messages.ts';

// Left out of the built wallet.
const Gallery = import.meta.env.DEV
  ? lazy(async () => ({ default: (await import('./gallery/gallery.tsx')).Gallery }))
  : undefined;

/** Which screen a path shows. */
export function Routes() {
  return (
    <Shell withNav>
      <Switch>
        {Gallery ? (
          <Route path="/gallery">
            <Gallery />
          </Route>
        ) : null}
        <Route>
          <NotFound />
        </Route>
      </Switch>
    </Shell>
  );
}

function NotFound() {
  const words = useMessages(shellMessages);
  return (
    <Page title={words.notFoundTitle}>
      <EmptyState icon="search" title={words.notFoundTitle} action={<ButtonLink href="/">{words.goHome}</ButtonLink>}>
        {words.notFoundBody}
      </EmptyState>
    </Page>
  );
}
