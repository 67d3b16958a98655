import './avatar.css';

type AvatarProps = { readonly name: string; readonly large?: boolean | undefined };

/** A person's first letter or character as a small line seal. Decoration: the name stands beside it. */
export function Avatar({ name, large = false }: AvatarProps) {
  const [first = '·'] = name.replace(/^@/, '');
  return (
    <span className={large ? 'avatar avatar--large' : 'avatar'} aria-hidden="true">
      {first.toLocaleUpperCase()}
    </span>
  );
}
