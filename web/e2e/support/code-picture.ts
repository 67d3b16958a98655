/** Pictures of QR codes as a camera or a scanner has them: turned a little, on grey paper, with a shadow and noise. */
import { crc32, deflateSync } from 'node:zlib';
import { encode } from 'uqr';

/** Grey values, a byte for each pixel, row by row. */
export type Picture = { readonly width: number; readonly height: number; readonly pixels: Uint8Array };

const ink = 35;
const paper = 215;
const turn = 0.12;

/** A code lying on a table. */
export function photographCode(text: string, { width = 640, height = 480 } = {}): Picture {
  const { data, size } = encode(text, { ecc: 'M', border: 4 });
  const side = Math.min(width, height) * 0.8;
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [dx, dy] = [x - width / 2, y - height / 2];
      const column = Math.floor(((dx * Math.cos(turn) + dy * Math.sin(turn)) / side + 0.5) * size);
      const row = Math.floor(((dy * Math.cos(turn) - dx * Math.sin(turn)) / side + 0.5) * size);
      const isInside = column >= 0 && row >= 0 && column < size && row < size;
      const grey = isInside ? (data[row]?.[column] ? ink : paper) : 120;
      // Always the same noise: a test that sometimes fails tells nothing.
      const noise = ((x * 7_919 + y * 104_729) % 23) - 11;
      pixels[y * width + x] = Math.max(0, Math.min(255, grey - Math.round((30 * x) / width) + noise));
    }
  }
  return { width, height, pixels };
}

/** Nothing to see. */
export const blank = ({ width = 640, height = 480 } = {}): Picture => ({
  width,
  height,
  pixels: new Uint8Array(width * height).fill(120),
});

/** A film of one frame (YUV4MPEG2), which a fake camera shows again and again. */
export function toFilm({ width, height, pixels }: Picture): Buffer {
  const colourless = Buffer.alloc((width * height) / 2, 128);
  const head = `YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`;
  const frame = Buffer.concat([Buffer.from('FRAME\n'), pixels, colourless]);
  return Buffer.concat([Buffer.from(head), frame, frame]);
}

/** A grey PNG of eight bits. */
export function toPng({ width, height, pixels }: Picture): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const rows = Array.from({ length: height }, (_, y) =>
    Buffer.concat([Buffer.from([0]), pixels.subarray(y * width, (y + 1) * width)]),
  );
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    toChunk('IHDR', header),
    toChunk('IDAT', deflateSync(Buffer.concat(rows))),
    toChunk('IEND', Buffer.alloc(0)),
  ]);
}

function toChunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
