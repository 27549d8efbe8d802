import type { RandomStream } from '../../core/index.js';

const names = ['pa', 'pb', 'pc', 'pd', 'pe'];

/**
 * A deck of subcircuits that call each other, with parameters of the same few names in the file, in headers, in bodies and in
 * calls, functions and models beside them. Every instance shows what its names are, as voltages.
 */
export function scopeDeck(random: RandomStream, index: number): string {
  const pick = <T>(from: readonly T[]): T => from[random.integer(from.length)];
  const some = <T>(from: readonly T[], share: number): T[] => from.filter(() => random.uniform() < share);
  const value = (): string => `${1 + random.integer(9)}`;
  /** A number, or an expression of names that come later: nothing defines itself. */
  const text = (after: number): string => {
    const later = names.slice(after + 1);
    if (later.length === 0 || random.uniform() < 0.4) return value();
    const [a, b] = [pick(later), pick(later)];
    return pick([`{${a}*2}`, `{${a}+${b}}`, `'${a}-1'`, `{shift(${a})}`, `{${a}}`]);
  };
  const assign = (name: string): string => `${name}=${text(names.indexOf(name))}`;
  const lines = [`scopes ${index}`, `.param ${names.map((name) => `${name}=${value()}`).join(' ')}`];
  lines.push('.func shift(x) {x+pe}', `.model sheet r rsh={pc*10+1}`);
  const levels = 2 + random.integer(3);
  const cards: string[] = [];
  /** Parameters that each subcircuit declares, in its header and in its body. */
  const declared: string[][] = [];
  const show = (where: string, list: string[]): void => {
    list.push(`V${where} ${where} 0 {${pick(names)}*100+${pick(names)}}`);
    list.push(`R${where} r${where} 0 sheet l=20u w=10u`, `I${where} 0 r${where} 1`);
  };
  /** What a call gives: a number, or an expression of its own name and later ones. */
  const argument = (name: string): string => {
    const from = names.slice(names.indexOf(name));
    return pick([value(), `{${pick(from)}}`, `{${pick(from)}*3+1}`, `'${pick(from)}'`]);
  };
  /** A call of a lower subcircuit: arguments are among what it declares. */
  const call = (instance: string, callee: number, list: string[]): void => {
    const given = some(declared[callee], 0.5).map((name) => `${name}=${argument(name)}`);
    list.push(`X${instance} n${instance} sub${callee} ${given.join(' ')}`.trimEnd());
  };
  for (let level = 0; level < levels; level++) {
    const header = some(names, 0.45);
    const body = some(names, 0.3);
    const list = [`.subckt sub${level} port ${header.map(assign).join(' ')}`.trimEnd()];
    for (const name of body) list.push(`.param ${assign(name)}`);
    if (random.uniform() < 0.3) list.push('.func shift(x) {x*2-pd}');
    if (random.uniform() < 0.3) list.push('.model sheet r rsh={pb*7+1}');
    show('a', list);
    if (level > 0) {
      call('c', random.integer(level), list);
      if (random.uniform() < 0.5) call('d', random.integer(level), list);
    }
    list.push(`.ends${random.uniform() < 0.5 ? ` sub${level}` : ''}`);
    declared.push([...new Set([...header, ...body])]);
    cards.push(...list);
  }
  const calls: string[] = [];
  for (let k = 0; k < 3; k++) call(`${k}`, levels - 1 - Math.min(k, levels - 1), calls);
  show('top', calls);
  // Definitions before or after their use: it must not matter.
  return [
    ...lines,
    ...(random.uniform() < 0.5 ? [...cards, ...calls] : [...calls, ...cards]),
    '.op',
    '.end',
    '',
  ].join('\n');
}
