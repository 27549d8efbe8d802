import { make } from './elements.js';
import type { Run } from './state.js';
import { durationText, quantityText, timeText } from './text.js';

/** What a run is and how it stands. */
export function factsCard({ id, facts, columns }: Run): Node[] {
  const last = (name: string) => columns[name]?.findLast((value) => value !== null) ?? undefined;
  const percent = (name: string) => {
    const value = last(name);
    return value === undefined ? undefined : quantityText(value, '%');
  };
  const errors = columns.testError?.filter((value) => value !== null) ?? [];
  const least = errors.length === 0 ? undefined : Math.min(...errors.slice(-20_000));
  const leastAt = least === undefined ? undefined : columns.epoch[columns.testError.indexOf(least)];
  const power = last('power_W');
  const speed = last('samplesPerSecond');
  const epoch = columns.epoch?.at(-1);
  const rows: [string, string | undefined][] = [
    [
      'Standing',
      facts.health?.paused !== undefined && facts.standing === 'running' ? 'paused' : facts.standing,
    ],
    ['What', [facts.kind, facts.title].filter((part) => part !== undefined).join(', ')],
    ['Device', facts.device.name],
    ['Data', facts.data],
    ['Seed', facts.seed === undefined ? undefined : String(facts.seed)],
    ['Began', facts.began === undefined ? undefined : timeText(facts.began)],
    ['Took', tookOf(facts.began, facts.ended)],
    [
      'Epoch',
      typeof epoch === 'number'
        ? `${epoch}${facts.epochsWanted === undefined ? '' : ` of ${facts.epochsWanted}`}`
        : undefined,
    ],
    ['Training error', percent('trainError')],
    ['Validation error', percent('validationError')],
    ['Test error', percent('testError')],
    ['Least test error', least === undefined ? undefined : `${quantityText(least, '%')} at epoch ${leastAt}`],
    ['Power a sample', power === undefined ? undefined : quantityText(power, 'W')],
    ['Speed', speed === undefined ? undefined : `${quantityText(Math.round(speed), '')} samples/s`],
    ['Tags', facts.tags.length === 0 ? undefined : facts.tags.join(', ')],
    ['Note', facts.note],
  ];
  const list = make('dl');
  for (const [name, text] of rows) {
    if (text !== undefined && text !== '') list.append(make('dt', {}, name), make('dd', {}, text));
  }
  const said = [...facts.problems, ...facts.warnings];
  return [
    make('h3', {}, 'Run'),
    list,
    ...(said.length === 0
      ? []
      : [make('ul', { class: 'muted' }, ...said.map((text) => make('li', {}, text)))]),
    ...(facts.hasReport
      ? [
          make(
            'a',
            { href: `file?run=${id}&path=report.html`, target: '_blank', rel: 'noopener noreferrer' },
            'Its report',
          ),
        ]
      : []),
  ];
}

function tookOf(began: string | undefined, ended: string | undefined): string | undefined {
  if (began === undefined || ended === undefined) return undefined;
  const seconds = (Date.parse(ended) - Date.parse(began)) / 1000;
  return seconds >= 0 ? durationText(seconds) : undefined;
}
