import { useLocation } from 'wouter';
import { defineCatalog } from '../i18n/catalog.ts';
import { useMessages } from '../i18n/language-context.tsx';
import type { IconName } from '../ui/icon-paths.ts';
import { List, ListRow } from '../ui/list.tsx';
import { Section } from '../ui/page.tsx';
import { useIsDesk } from '../ui/use-is-desk.ts';

const asideMessages = defineCatalog({
  zh: () => import('./settings-aside.zh.ts'),
  en: () => import('./settings-aside.en.ts'),
});

const groups = {
  safety: [
    { name: 'accounts', icon: 'user', href: '/settings/accounts' },
    { name: 'phrase', icon: 'key', href: '/settings/phrase' },
    { name: 'payLimit', icon: 'qr', href: '/settings/pay-limit' },
    { name: 'approvals', icon: 'shield', href: '/settings/approvals' },
    { name: 'password', icon: 'lock', href: '/settings/password' },
    { name: 'twoStep', icon: 'shield', href: '/settings/two-step' },
    { name: 'passkeys', icon: 'unlock', href: '/settings/passkeys' },
    { name: 'backup', icon: 'download', href: '/settings/backup' },
  ],
  shop: [
    { name: 'counter', icon: 'store', href: '/counter' },
    { name: 'items', icon: 'tag', href: '/settings/items' },
    { name: 'apiKeys', icon: 'key', href: '/settings/api-keys' },
    { name: 'webhooks', icon: 'link', href: '/settings/webhooks' },
    { name: 'payouts', icon: 'withdraw', href: '/settings/payouts' },
    { name: 'returns', icon: 'external', href: '/settings/return-addresses' },
  ],
} as const satisfies Record<string, readonly { name: string; icon: IconName; href: string }[]>;

/** The settings of a group, for the place beside one of them on a desk; a phone has no such place. */
export function useSettingsAside(group: keyof typeof groups) {
  return useIsDesk() ? <SettingsAside group={group} /> : undefined;
}

function SettingsAside({ group }: { readonly group: keyof typeof groups }) {
  const words = useMessages(asideMessages);
  const [path] = useLocation();
  return (
    <Section title={words[group]}>
      <List label={words[group]}>
        {groups[group].map(({ name, icon, href }) => (
          <ListRow
            key={name}
            icon={icon}
            title={words[name]}
            href={href}
            current={path === href || path.startsWith(`${href}/`)}
          />
        ))}
      </List>
    </Section>
  );
}
