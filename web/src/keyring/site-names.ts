/** Names of sites that are known to be good or bad, and names that others imitate. All small, without a port. */
type SiteLists = {
  readonly blocked: readonly string[];
  readonly allowed: readonly string[];
  /** Names worth imitating. */
  readonly imitated: readonly string[];
  /** Letters that may differ from an imitated name for it to count as an imitation. */
  readonly tolerance: number;
};

/** What the lists say of a site. */
type SiteVerdict = 'allowed' | 'blocked' | 'imitation' | 'unknown';

/** Judges sites by lists. */
type SiteJudge = (host: string) => SiteVerdict;

/**
 * Makes lists quick to ask. A name counts with every name below it; what is allowed wins over all else, so that a good
 * site cannot be caught by resemblance.
 */
export function createSiteJudge({ blocked, allowed, imitated, tolerance }: SiteLists): SiteJudge {
  const [blockedNames, allowedNames] = [new Set(blocked), new Set(allowed)];
  return (host) => {
    const name = host.toLowerCase().replace(/\.$/, '');
    const parents = listParents(name);
    if (parents.some((parent) => allowedNames.has(parent))) return 'allowed';
    if (parents.some((parent) => blockedNames.has(parent))) return 'blocked';
    const isImitation = imitated.some((original) => isSimilar(name, original, tolerance));
    return isImitation ? 'imitation' : 'unknown';
  };
}

/** The name itself and every name above it, but no top-level domain. */
function listParents(name: string): readonly string[] {
  const labels = name.split('.');
  return labels.slice(0, Math.max(1, labels.length - 1)).map((_label, at) => labels.slice(at).join('.'));
}

/** Compares what people read: without `www` and without the ending, which is the cheapest part to vary. */
function isSimilar(name: string, original: string, tolerance: number): boolean {
  const [one, other] = [toReadPart(name), toReadPart(original)];
  return name !== original && countEdits(one, other, tolerance) <= tolerance;
}

function toReadPart(name: string): string {
  const bare = name.replace(/^www\./, '');
  return bare.includes('.') ? bare.slice(0, bare.lastIndexOf('.')) : bare;
}

/** Levenshtein's distance, or any number above `max` once it is certain to be larger. */
function countEdits(one: string, other: string, max: number): number {
  if (Math.abs(one.length - other.length) > max) return max + 1;
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let at = 1; at <= one.length; at += 1) {
    const next = [at];
    for (let to = 1; to <= other.length; to += 1) {
      const substitution = (row[to - 1] ?? 0) + (one[at - 1] === other[to - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[to] ?? 0) + 1, (next[to - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
