/** The part of the browser's Trusted Types that is used here; not yet in TypeScript's DOM types. */
type TrustedTypes = {
  readonly createPolicy: (
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ) => { createScriptURL: (url: string) => string };
};

/** The page's Trusted Types policies. Its content security policy names the same, and the browser refuses any other. */
export type TrustedPolicy = 'feiqian-keyring' | 'feiqian-offline';

/**
 * Makes an address from which the browser starts a script beside the page. Where it has Trusted Types such an address is
 * more than text, and only a named policy makes one: each of ours knows a single address and refuses all others.
 *
 * Once a page for each policy: the browser refuses a second one of that name.
 */
export function trustScript(policy: TrustedPolicy, known: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  const made = trustedTypes?.createPolicy(policy, {
    createScriptURL: (url) => {
      if (url !== known) throw new TypeError('This is not a script that may be started.');
      return url;
    },
  });
  return made?.createScriptURL(known) ?? known;
}
