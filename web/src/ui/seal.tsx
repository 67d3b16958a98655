import { sealFace, sealStrokes } from './seal-path.ts';
import './seal.css';

type SealProps = {
  /** Side in CSS pixels; the mark holds down to 16. */
  readonly size: number;
  /** Spoken name; leave it out where the name stands beside the mark. */
  readonly label?: string | undefined;
  /** Draws in the colour of the text around it instead of cinnabar. */
  readonly mono?: boolean | undefined;
};

/** The mark of Feiqian: a seal with 飞 cut out. */
export function Seal({ size, label, mono = false }: SealProps) {
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: it is named by its label or hidden
    <svg
      className={mono ? 'seal seal--mono' : 'seal'}
      width={size}
      height={size}
      viewBox="0 0 64 64"
      {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
    >
      <path fillRule="evenodd" d={[sealFace, ...sealStrokes].join('')} />
    </svg>
  );
}
