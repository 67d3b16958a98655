const storageKey = 'feiqian.gateway';

/** The provider that was used last on this device, or nothing. */
export function rememberedGateway(): string {
  try {
    return localStorage.getItem(storageKey) ?? '';
  } catch {
    return '';
  }
}

/** Remembers a provider for the next top-up; a browser without storage simply forgets it. */
export function rememberGateway(name: string): void {
  try {
    localStorage.setItem(storageKey, name);
  } catch {
    // Only comfort is lost.
  }
}
