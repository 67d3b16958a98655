import { type IconName, iconPaths } from './icon-paths.ts';

type IconProps = {
  readonly name: IconName;
  /** Side in CSS pixels. */
  readonly size?: number | undefined;
};

/** One icon of the set. It is decoration: the words stand beside it, or on the control that holds it. */
export function Icon({ name, size = 20 }: IconProps) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.75}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={iconPaths[name]} />
    </svg>
  );
}
