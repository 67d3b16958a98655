import { lazy, Suspense, useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { useMessages } from '../../i18n/language-context.tsx';
import { usePreferences } from '../../lib/preferences-context.tsx';
import { useStartWallet } from '../../lib/wallet/session-context.tsx';
import type { IconName } from '../../ui/icon-paths.ts';
import { shellMessages } from '../shell-messages.ts';
import type { Command } from './match-commands.ts';
import { paletteEvent } from './open-palette.ts';
import { paletteMessages } from './palette-messages.ts';

const CommandPalette = lazy(async () => ({ default: (await import('./command-palette.tsx')).CommandPalette }));

/** Whether a key belongs to what has the focus: a field, a menu, or a sheet that is open. */
function isTyping(event: KeyboardEvent): boolean {
  const target = event.target instanceof HTMLElement ? event.target : undefined;
  return (
    Boolean(target?.closest('input, textarea, select, [contenteditable], dialog')) ||
    document.querySelector('dialog[open]') !== null
  );
}

/** Keys for those who have them: ⌘K or Ctrl K for everything, single letters for the common things. */
export function Shortcuts() {
  const [isOpen, setOpen] = useState(false);
  const [, navigate] = useLocation();
  const commands = useCommands();
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const isPalette = event.key.toLowerCase() === 'k' && (event.metaKey || event.ctrlKey);
      if (isPalette) {
        event.preventDefault();
        setOpen(true);
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event)) return;
      const command = commands.find(({ shortcut }) => shortcut === event.key.toLowerCase());
      if (!command) return;
      event.preventDefault();
      command.run();
    };
    const open = () => setOpen(true);
    window.addEventListener('keydown', listen);
    window.addEventListener(paletteEvent, open);
    return () => {
      window.removeEventListener('keydown', listen);
      window.removeEventListener(paletteEvent, open);
    };
  }, [commands]);
  if (!isOpen) return null;
  return (
    <Suspense>
      <CommandPalette
        commands={commands}
        onSearchHistory={(text) => navigate(`/history?text=${encodeURIComponent(text)}`)}
        onClose={() => setOpen(false)}
      />
    </Suspense>
  );
}

function useCommands(): Command[] {
  const shell = useMessages(shellMessages);
  const words = useMessages(paletteMessages);
  const [, navigate] = useLocation();
  const startWallet = useStartWallet();
  const { preferences, change } = usePreferences();
  const hidden = preferences.amountsHidden;
  const go = (path: string, label: string, icon: IconName, shortcut?: string): Command => ({
    key: path,
    label,
    icon,
    shortcut,
    run: () => navigate(path),
  });
  return [
    go('/send', shell.send, 'send', 's'),
    go('/receive', shell.receive, 'receive', 'r'),
    go('/top-up', shell.topUp, 'plus', 't'),
    go('/history', shell.history, 'history', 'h'),
    go('/transfer', shell.cashTransfer, 'cash'),
    go('/contacts', shell.contacts, 'user'),
    go('/convert', shell.convert, 'convert'),
    go('/withdraw', shell.withdraw, 'withdraw'),
    go('/links/new', words.newLink, 'link'),
    go('/links', shell.links, 'link'),
    go('/counter', words.counter, 'store'),
    go('/settings/items', words.items, 'tag'),
    go('/scan', shell.scan, 'scan'),
    go('/pay-code', words.payCode, 'qr'),
    go('/settings', shell.settings, 'settings'),
    go('/settings/phrase', words.phrase, 'key'),
    go('/', shell.home, 'home'),
    {
      key: 'hide',
      label: hidden ? words.showAmounts : words.hideAmounts,
      icon: hidden ? 'eye' : 'eyeOff',
      run: () => change({ amountsHidden: !hidden }),
    },
    { key: 'lock', label: words.lock, icon: 'lock', run: () => void startWallet().then(({ lock }) => lock()) },
  ];
}
