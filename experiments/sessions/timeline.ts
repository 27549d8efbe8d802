import { type RunDirectory, readJournal } from '../../records/index.js';
import type { ReportSection } from '../../report/index.js';

/** More is not looked at: the journal has them all. */
const MOST = 500;

/** What each kind of event is called in the table. */
const names: Readonly<Record<string, string>> = {
  paused: 'paused',
  resumed: 'went on',
  restarted: 'process started anew',
  failed: 'failed',
  retries: 'requests repeated',
  checked: 'checked',
  departs: 'nodes depart',
};

/**
 * What happened to a run on a board besides its training: pauses, reconnects, repeated requests, ends of its process, and updates
 * whose answers were lost. Nothing of a run without a journal, or of one that nothing happened to.
 */
export async function timelineSections({ journal }: Pick<RunDirectory, 'journal'>): Promise<ReportSection[]> {
  const rows: [string, string, string, string][] = [];
  let left = 0;
  let update = 0;
  for await (const line of readJournal(journal)) {
    if (line.kind === 'outcome') update = line.id;
    const told =
      line.kind === 'happened'
        ? ([names[line.what] ?? line.what, line.seconds?.toFixed(1) ?? '', line.text] as const)
        : line.kind === 'outcome' && line.readings === 'lost'
          ? ([
              'answers lost',
              '',
              `update ${line.id} was carried out; its answers count in no error`,
            ] as const)
          : undefined;
    if (told === undefined) continue;
    if (rows.length >= MOST) left++;
    else
      rows.push([
        line.at.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'),
        String(update),
        told[0],
        `${told[1]}|${told[2]}`,
      ]);
  }
  if (rows.length === 0) return [];
  const more = left === 0 ? '' : ` ${left} more are in journal.jsonl.`;
  return [
    {
      title: 'Pauses, retries and reconnects',
      caption: `What happened besides training; the update is the last whose outcome was known then.${more}`,
      table: {
        columns: ['Time', 'Update', 'What', 'Took, s', 'Details'],
        rows: rows.map(([at, id, what, rest]) => {
          const cut = rest.indexOf('|');
          return [at, id, what, rest.slice(0, cut), rest.slice(cut + 1)];
        }),
      },
    },
  ];
}
