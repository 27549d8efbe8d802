import { wordsOf } from './line-words.js';

/** What is known of by what it says of itself on a line, unasked or to bytes that it does not understand. The first that fits. */
const talkers: readonly [said: RegExp, what: string][] = [
  [/\bgrbl\b/i, 'Grbl, which drives motors'],
  [/\bmarlin\b|^echo:/im, 'firmware of a 3D printer'],
  [/micropython|circuitpython|^>>> ?/im, 'a Python prompt on a microcontroller'],
  [/u-boot|stop autoboot|\blogin:|password:/i, "a computer's console"],
  [/^(OK|ERROR|NO CARRIER|\+C\w+:.*)$/m, 'a modem'],
  [/^\$G[PNLA][A-Z]{3},/m, 'a satellite receiver'],
  [/^-\d{3},\s*"/m, 'an instrument that speaks SCPI'],
  // The four fields of an answer to *IDN?: maker, model, serial number, firmware (IEEE 488.2, 10.14).
  [/^[^,\r\n]+,[^,\r\n]+,[^,\r\n]+,[^,\r\n]+$/m, 'an instrument that says who it is'],
];

/** What speaks on a line, by what came; nothing where nobody knows. */
export function speakerOf(bytes: Uint8Array): string | undefined {
  // Firmata reports its version unasked: F9 major minor, then its firmware's name as F0 79 … F7.
  if (bytes.includes(0xf9) && bytes.includes(0xf0) && bytes.includes(0x79)) return 'Firmata';
  const words = wordsOf(bytes);
  return words === undefined ? undefined : talkers.find(([said]) => said.test(words))?.[1];
}
