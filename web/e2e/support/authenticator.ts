import type { Page } from 'playwright-core';

/** An authenticator of the browser's own for a page, with or without PRF, that recognises its owner at once. */
export async function addAuthenticator(page: Page, { hasPrf }: { readonly hasPrf: boolean }): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      hasPrf,
    },
  });
}
