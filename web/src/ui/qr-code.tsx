import { encode } from 'uqr';
import { sealFace, sealStrokes } from './seal-path.ts';
import './qr-code.css';

type QrCodeProps = {
  /** What is scanned. */
  readonly text: string;
  /** What it is, for those who cannot see it; the same must stand beside it as text. */
  readonly label: string;
};

// ISO/IEC 18004: four modules of quiet zone on each side.
const quietZone = 4;
// Level Q restores 25 % of the modules; the seal in the middle covers about 3 %.
const sealShare = 0.17;

/** A QR code as one SVG path, with the seal in its middle. */
export function QrCode({ text, label }: QrCodeProps) {
  const { data, size } = encode(text, { ecc: 'Q', border: quietZone });
  let path = '';
  data.forEach((row, y) => {
    row.forEach((dark, x) => {
      if (dark) path += `M${x} ${y}h1v1h-1z`;
    });
  });
  const side = (size - 2 * quietZone) * sealShare;
  const start = (size - side) / 2;
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <path className="qr__modules" d={path} />
      <rect className="qr__clear" x={start - 0.7} y={start - 0.7} width={side + 1.4} height={side + 1.4} />
      <g transform={`translate(${start} ${start}) scale(${side / 64})`} shapeRendering="geometricPrecision">
        <path className="seal-face" fillRule="evenodd" d={[sealFace, ...sealStrokes].join('')} />
      </g>
    </svg>
  );
}
