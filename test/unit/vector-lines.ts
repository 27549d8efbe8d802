import { readFileSync } from 'node:fs';

/** Lines of firmware/vectors.txt of one kind, split at blanks, the kind left out. */
export function vectorLines(kind: string): string[][] {
  const text = readFileSync(new URL('../../firmware/vectors.txt', import.meta.url), 'utf8');
  return text
    .split('\n')
    .map((line) => line.split(' '))
    .filter((words) => words[0] === kind)
    .map((words) => words.slice(1));
}

export function bytesOf(hex: string): Uint8Array {
  return hex === '-' ? new Uint8Array() : Uint8Array.from(Buffer.from(hex, 'hex'));
}
