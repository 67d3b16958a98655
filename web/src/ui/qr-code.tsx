import { drawQr } from './qr-drawing.ts';
import { sealFace, sealStrokes } from './seal-path.ts';
import './qr-code.css';

type QrCodeProps = {
  /** What is scanned. */
  readonly text: string;
  /** What it is, for those who cannot see it; the same must stand beside it as text. */
  readonly label: string;
};

/** Paper around the seal, in modules. */
const sealMargin = 0.7;

/** A QR code as one SVG path, with the seal in its middle where there is room for it. */
export function QrCode({ text, label }: QrCodeProps) {
  const { size, isDark, seal } = drawQr(text);
  let path = '';
  isDark.forEach((row, y) => {
    row.forEach((dark, x) => {
      if (dark) path += `M${x} ${y}h1v1h-1z`;
    });
  });
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <path className="qr__modules" d={path} />
      {seal ? <QrSeal {...seal} /> : null}
    </svg>
  );
}

function QrSeal({ start, side }: { readonly start: number; readonly side: number }) {
  const cleared = { x: start - sealMargin, y: start - sealMargin };
  const clearedSide = side + 2 * sealMargin;
  return (
    <>
      <rect className="qr__clear" {...cleared} width={clearedSide} height={clearedSide} />
      <g transform={`translate(${start} ${start}) scale(${side / 64})`} shapeRendering="geometricPrecision">
        <path className="seal-face" fillRule="evenodd" d={[sealFace, ...sealStrokes].join('')} />
      </g>
    </>
  );
}
