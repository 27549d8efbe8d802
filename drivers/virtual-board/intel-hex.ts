import { inputError } from '../../core/index.js';

/**
 * Flash image of an Intel HEX text: 32 KB of an ATmega328P, unprogrammed bytes 0xff.
 * @throws OhmpropError naming line and fault
 */
export function readIntelHex(text: string, name = 'firmware'): Uint8Array {
  const flash = new Uint8Array(0x8000).fill(0xff);
  const lines = text.split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const fault = (what: string) =>
      inputError('hex.bad', `${name}, line ${index + 1}: ${what}; use the .hex file that \`make\` wrote`);
    if (!/^:([0-9a-fA-F]{2}){5,}$/.test(line)) throw fault('not an Intel HEX record');
    const bytes = Uint8Array.from(line.slice(1).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    if (bytes.length !== bytes[0] + 5)
      throw fault(`length says ${bytes[0]} bytes, ${bytes.length - 5} are there`);
    if (bytes.reduce((sum, byte) => sum + byte, 0) % 256 !== 0) throw fault('checksum is wrong');
    const address = bytes[1] * 256 + bytes[2];
    const type = bytes[3];
    if (type === 1) return flash;
    if (type !== 0) continue;
    if (address + bytes[0] > flash.length) throw fault('does not fit 32 KB of flash');
    flash.set(bytes.subarray(4, 4 + bytes[0]), address);
  }
  throw inputError('hex.bad', `${name}: has no end-of-file record, it is cut short`);
}
