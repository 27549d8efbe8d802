import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const BIT_DEPTH = 8;
const PALETTE_COLOUR = 3;

/**
 * Encodes a picture of at most 256 colours (PNG, W3C 2003, colour type 3).
 * @param pixels palette indices, row-major `[height × width]`
 * @param palette red, green, blue bytes one after the other
 */
export function encodePng(width: number, height: number, pixels: Uint8Array, palette: Uint8Array): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([BIT_DEPTH, PALETTE_COLOUR], 8);
  // Every row begins with its filter type; 0 is none.
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const out = Buffer.alloc(data.length + 12);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  out.set(data, 8);
  out.writeUInt32BE(crc32(out.subarray(4, data.length + 8)), data.length + 8);
  return out;
}

const IHDR_END = 8 + 25;

/** A PNG that says how many pixels there are to a metre (chunk pHYs), for programs that place it at its printed size. */
export function withResolution(png: Uint8Array, pixelsAMetre: number): Buffer {
  const density = Buffer.alloc(9);
  density.writeUInt32BE(Math.round(pixelsAMetre), 0);
  density.writeUInt32BE(Math.round(pixelsAMetre), 4);
  density[8] = 1;
  return Buffer.concat([png.subarray(0, IHDR_END), chunk('pHYs', density), png.subarray(IHDR_END)]);
}
