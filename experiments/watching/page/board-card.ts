import type { BoardHealth } from '../told.js';
import { make } from './elements.js';
import { durationText, timeText } from './text.js';

/** How the board of a run is, by what its journal says. */
export function boardCard(health: BoardHealth): Node[] {
  const rows: [string, string | undefined, boolean?][] = [
    ['Link', health.paused ?? 'answers', health.paused !== undefined],
    ['Board', health.serial],
    ['Starts of its controller', health.boots === undefined ? undefined : String(health.boots)],
    ['Updates', String(health.updates)],
    [
      'Time of an update',
      health.update_seconds === undefined
        ? undefined
        : `${durationText(health.update_seconds)}, median of the last`,
    ],
    ['Requests repeated', String(health.retries), health.retries > 0],
    ['Damaged frames', String(health.damagedFrames), health.damagedFrames > 0],
    ['Answers lost', String(health.lostAnswers), health.lostAnswers > 0],
    [
      'Middle potential',
      health.middleOutOfBand
        ? 'out of its band: look at supply and reference'
        : 'in its band, as far as it is watched',
      health.middleOutOfBand,
    ],
    ['Supply, temperature', 'not measured by boards of protocol 2; the middle potential tells of the supply'],
    ['Last written', health.lastAt === undefined ? undefined : timeText(health.lastAt)],
  ];
  const list = make('dl');
  for (const [name, text, amiss = false] of rows) {
    if (text !== undefined)
      list.append(make('dt', {}, name), make('dd', amiss ? { class: 'paused' } : {}, text));
  }
  return [make('h3', {}, 'Board'), list];
}
