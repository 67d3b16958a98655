import type { IconName } from '../../ui/icon-paths.ts';

/** Something that can be gone to or done. */
export type Command = {
  readonly key: string;
  readonly label: string;
  readonly icon: IconName;
  /** The single key that does the same outside of fields. */
  readonly shortcut?: string | undefined;
  readonly run: () => void;
};

/** The commands whose words begin with, or contain, what was typed; beginnings first. */
export function matchCommands(commands: readonly Command[], text: string): Command[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return [...commands];
  const rank = ({ label }: Command): number => {
    const lower = label.toLowerCase();
    if (lower.startsWith(wanted)) return 0;
    return lower.includes(wanted) ? 1 : 2;
  };
  return commands.filter((command) => rank(command) < 2).sort((a, b) => rank(a) - rank(b));
}
