/** Screens that make no sense to return to once one is in. */
const entrances = ['/login', '/open-file', '/register', '/restore', '/welcome'];

/**
 * Where to go after getting in: a path of this wallet that was asked for before, else home. Whatever leads elsewhere is
 * not followed, so that a link cannot carry a person off after their password.
 */
export function readNextPath(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? '/';
  const isOurs = /^\/(?![/\\])/.test(next) && !/[\\\s]/.test(next);
  const path = next.split(/[?#]/)[0] ?? '/';
  return isOurs && !entrances.includes(path) ? next : '/';
}

/** Whether a path is one of the screens for those who are not in. */
export function isEntrance(path: string): boolean {
  return entrances.includes(path);
}
