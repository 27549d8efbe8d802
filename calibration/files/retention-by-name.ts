import type { Question } from '../measured/index.js';
import type { Answers } from './answers.js';
import { shapeOf } from './column-shapes.js';
import type { RawTable } from './raw-table.js';

/**
 * Two columns without a heading in a file that is called retention: a time that rises from 0 or 1, and a state. The unit of the
 * time is asked for; the laws of the state are the same whatever it is.
 */
export function retentionByName(
  table: RawTable,
  answers: Answers,
  fileName: string,
  ask: (question: Question) => void,
  remarks: string[],
): RawTable {
  const [time, state] = table.columns;
  const bare = table.columns.length === 2 && table.columns.every(({ heading }) => heading === '');
  if (!bare || answers.columns !== undefined || !/retention|relaxation/i.test(fileName)) return table;
  const { rises, low } = shapeOf(time.values);
  if (!rises || low < 0) return table;
  if (answers.timeUnit === undefined) {
    ask({
      key: 'timeUnit',
      text: `the first of two columns without a heading rises from ${low}, as a time does: in which unit? Taken for s`,
      choices: ['s', 'ms', 'us', 'ns', 'min', 'h'],
      flag: '--answer timeUnit=min',
      blocks: false,
    });
  }
  remarks.push(
    'columns without a heading in a file called retention: taken for a time and a conductance in S',
  );
  return {
    ...table,
    columns: [
      { ...time, heading: 'time', unit: answers.timeUnit ?? 's' },
      { ...state, heading: 'conductance', unit: 'S' },
    ],
  };
}
