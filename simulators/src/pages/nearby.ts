/**
 * Whether whoever connects sits at this machine: they come from loopback, or from the very address that they connect to.
 *
 * @param remote - Their address, as the socket has it.
 * @param local - Ours, as the socket has it.
 */
export function isNearby(remote: string | undefined, local: string | undefined): boolean {
  if (remote === undefined) return false;
  return /^(?:::ffff:)?127\.|^::1$/.test(remote) || remote === local;
}
