import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAnnouncedWallets, readAnnouncement } from './announced-wallets.ts';

const provider = { request: async () => null };
const icon = 'data:image/svg+xml;base64,PHN2Zy8+';
const anInfo = (part: object = {}) => ({ uuid: 'u1', name: 'Riverside', icon, rdns: 'example.wallet', ...part });
const announce = (info: object) => readAnnouncement({ info, provider });

describe('what a wallet says of itself', () => {
  it('is read when it is an announcement', () => {
    expect(announce(anInfo())).toEqual({ id: 'u1', name: 'Riverside', icon, provider });
  });

  it('is nothing without a provider, a name or an id', () => {
    const none = [
      undefined,
      null,
      'x',
      {},
      { info: anInfo() },
      { info: anInfo(), provider: {} },
      { info: null, provider },
      { info: anInfo({ name: 7 }), provider },
      { info: anInfo({ uuid: '' }), provider },
    ];
    for (const detail of none) expect(readAnnouncement(detail)).toBeUndefined();
  });

  it('is read or nothing, and short, whatever a stranger says', () => {
    const anything = fc.anything({ maxDepth: 2 });
    const info = fc.oneof(
      anything,
      fc.record({ uuid: fc.string(), name: fc.string({ unit: 'binary' }), icon: anything }),
    );
    fc.assert(
      fc.property(
        fc.oneof(anything, fc.record({ info, provider: fc.oneof(anything, fc.constant(provider)) })),
        (said) => {
          const wallet = readAnnouncement(said);
          if (!wallet) return;
          expect(wallet.id).not.toBe('');
          expect(wallet.name ?? 'none').not.toMatch(/[\p{Cc}\p{Cf}]/u);
          expect((wallet.name ?? '').length).toBeLessThanOrEqual(40);
          expect(wallet.icon ?? 'data:image/').toMatch(/^data:image\//i);
        },
      ),
    );
  });

  it('has a name of one short line', () => {
    expect(announce(anInfo({ name: '  River\n\u202eside\u0000 ' }))?.name).toBe('River side');
    expect(announce(anInfo({ name: 'x'.repeat(500) }))?.name).toHaveLength(40);
    expect(announce(anInfo({ name: ' \n' }))?.name).toBeUndefined();
  });

  it('has a picture that is one in itself, or none', () => {
    for (const good of [icon, 'data:image/png;base64,AA==', 'DATA:image/webp;base64,AA=='])
      expect(announce(anInfo({ icon: good }))?.icon).toBe(good);
    const bad = [
      'https://example.com/icon.png',
      'javascript:alert(1)',
      'data:text/html,<script>alert(1)</script>',
      'data:image/pngx,AA',
      `data:image/png;base64,${'A'.repeat(200_000)}`,
      '',
      undefined,
      7,
    ];
    for (const one of bad) expect(announce(anInfo({ icon: one }))?.icon).toBeUndefined();
  });
});

describe('the wallets of a browser', () => {
  const aPage = (ethereum?: unknown) => Object.assign(new EventTarget(), { ethereum }) as unknown as Window;
  const tell = (page: Window, info: object, by: object = provider) =>
    page.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail: { info, provider: by } }));

  it('are asked to announce themselves, and each is listed once, as far as there is room', () => {
    const page = aPage();
    page.addEventListener('eip6963:requestProvider', () => tell(page, anInfo()));
    const wallets = createAnnouncedWallets(page);
    let changes = 0;
    const leave = wallets.subscribe(() => {
      changes += 1;
    });
    expect(wallets.read().map(({ id }) => id)).toEqual(['u1']);
    tell(page, anInfo());
    expect(changes).toBe(1);
    for (let index = 0; index < 50; index += 1) tell(page, anInfo({ uuid: `more ${index}` }));
    expect(wallets.read()).toHaveLength(12);
    leave();
    expect(changes).toBe(12);
  });

  it('are one without a name where it only stands in the page, until others announce themselves', () => {
    const page = aPage(provider);
    const wallets = createAnnouncedWallets(page);
    expect(wallets.read()).toEqual([{ id: 'page', name: undefined, icon: undefined, provider }]);
    wallets.subscribe(() => undefined);
    tell(page, anInfo());
    expect(wallets.read().map(({ id }) => id)).toEqual(['u1']);
    expect(createAnnouncedWallets(aPage({})).read()).toEqual([]);
  });
});
