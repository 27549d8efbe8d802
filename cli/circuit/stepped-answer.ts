import { formatQuantity, runError } from '../../core/index.js';
import { aligned } from '../aligned.js';
import type { Answer } from '../frame/index.js';
import { interruptionOf } from '../interruption.js';
import type { Io } from '../io.js';
import { type CircuitResults, failureOf } from './results.js';
import { steppedOutputs } from './stepped-tables.js';
import { type SteppedResults, steppedJson, stepText, valueText } from './steps.js';

/** Lines and columns beyond these are not for people. */
const MAX_LINES = 40;
const MAX_COLUMNS = 6;

/** The answer to a file with `.step` cards: a line a step with what is measured, or with the last node voltages. */
export function steppedAnswer(
  io: Io,
  file: string,
  results: SteppedResults,
  rawText: boolean,
  seconds: number,
): Answer {
  const { labels, steps, wanted } = results;
  const failed = steps
    .map(({ values, results: one }) => ({ values, what: failureOf(one) }))
    .filter(({ what }) => what !== undefined);
  const broken = steps.length < wanted || steps.some(({ results: one }) => aborted(one));
  const [first] = failed;
  const failure = broken
    ? interruptionOf(io.signal)
    : first === undefined
      ? undefined
      : runError(
          'circuit.not-settled',
          `${file}: ${failed.length} of ${wanted} steps failed, the first at ${stepText(labels, first.values)}: ${first.what}`,
        );
  return {
    text: linesOf(results).join('\n'),
    get json() {
      return steppedJson(results);
    },
    ...steppedOutputs(results, rawText, { steps: steps.length, seconds }),
    ...(failure === undefined ? {} : { failure }),
  };
}

const aborted = ({ transient }: CircuitResults): boolean =>
  transient.some(({ status }) => status === 'aborted');

/** What one step comes to, by name. */
function columnsOf({ op, dc, transient, measured }: CircuitResults): [name: string, text: string][] {
  const last = measured[measured.length - 1];
  if (last !== undefined && last.length > 0) {
    return last.map(({ name, value }) => [name, value === undefined ? 'not found' : value.toPrecision(7)]);
  }
  const end = transient[transient.length - 1]?.value;
  const sweep = dc[dc.length - 1];
  const voltages: [string, number][] =
    end !== undefined || sweep !== undefined
      ? Object.entries((end ?? sweep).voltages_V).map(([name, all]) => [name, all[all.length - 1]])
      : Object.entries(op?.voltages_V ?? {});
  return voltages.map(([name, value]) => [
    `v(${name})`,
    value === undefined ? '' : formatQuantity(value, 'V'),
  ]);
}

function linesOf({ labels, steps, wanted }: SteppedResults): string[] {
  const all = steps.map(({ results }) => columnsOf(results));
  const names = [...new Set(all.flatMap((columns) => columns.map(([name]) => name)))];
  const shown = names.slice(0, MAX_COLUMNS);
  const heads = [...labels, ...shown];
  const rows = steps.slice(0, MAX_LINES).map(({ values, results }, k) => {
    const cells = new Map(all[k]);
    return [
      ...values.map(valueText),
      ...shown.map((name) => (failureOf(results) === undefined ? (cells.get(name) ?? '') : 'failed')),
    ];
  });
  const lines = aligned([heads, ...rows]).map((line) => `  ${line}`);
  const count = steps.length < wanted ? `${steps.length} of ${wanted}` : `${wanted}`;
  const more = [
    ...(steps.length > MAX_LINES ? [`${steps.length - MAX_LINES} steps`] : []),
    ...(names.length > shown.length ? [`${names.length - shown.length} columns`] : []),
  ];
  return [
    `${count} steps of ${labels.join(', ')}${all[0]?.[0]?.[0].startsWith('v(') ? ', where each ends' : ''}:`,
    ...lines,
    ...(more.length > 0 ? [`  … ${more.join(' and ')} more (--json, -o FILE.csv)`] : []),
  ];
}
