import type { Place } from './place.js';

/** One line of a .control section. */
export interface ControlLine {
  readonly text: string;
  readonly place: Place;
}

/** Commands that are what a card of the same name asks for. */
const analyses = /^(op|dc|tran|ac|noise|tf|pz|sens|disto|meas|measure)\b/i;
/** Commands after which an analysis is one of another circuit, or runs more than once or not at all. */
const programs =
  /^(alter\w*|foreach|while|dowhile|repeat|if|goto|source|reset|mc_source|setcirc|load|circbyline|options?|resume|step|define|compose|set\s+temp)\b/i;

/**
 * The cards that a .control section stands for: its analyses and measurements, `$&name` being a parameter. Undefined where it is a
 * program: it alters the circuit or repeats.
 */
export function cardsOfControl(lines: readonly ControlLine[]): ControlLine[] | undefined {
  if (lines.some(({ text }) => programs.test(text))) return undefined;
  return lines
    .filter(({ text }) => analyses.test(text))
    .map(({ text, place }) => ({ text: `.${text.replace(/\$&(\w+)/g, '{$1}')}`, place }));
}
