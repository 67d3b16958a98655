const emailShape = /^[^\s@"(),:;<>[\\\]]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/;

/**
 * Reads an e-mail address as people type it and gives the one form under which it is kept (trimmed, lower case, NFKC).
 *
 * @returns nothing when it is not an address that could be delivered to.
 */
export function findEmail(text: string): string | undefined {
  const email = text.normalize('NFKC').trim().toLowerCase();
  return email.length <= 254 && emailShape.test(email) ? email : undefined;
}
