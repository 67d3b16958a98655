import { commonMessages } from '../i18n/common.ts';
import { useMessages } from '../i18n/language-context.tsx';
import './skeleton.css';

type SkeletonProps = { readonly lines?: number | undefined; readonly rows?: boolean | undefined };

/** The shape of what is being read. Spoken once as "loading". */
export function Skeleton({ lines = 3, rows = false }: SkeletonProps) {
  const words = useMessages(commonMessages);
  return (
    <div className={rows ? 'skeleton skeleton--rows' : 'skeleton'} role="status">
      <span className="visually-hidden">{words.loading}</span>
      {Array.from({ length: lines }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are alike
        <span key={index} className="skeleton__line" aria-hidden="true" />
      ))}
    </div>
  );
}
