import type { Control } from './equations.js';

/** A control as the key of an expression's variable; names hold no blanks. */
export function controlKey(control: Control): string {
  if ('time' in control) return 'time';
  return 'source' in control ? `i ${control.source}` : `v ${control.plus} ${control.minus}`;
}

/** The control that a key was made of. */
export function controlOfKey(key: string): Control {
  if (key === 'time') return { time: true };
  const [kind, first, second] = key.split(' ');
  return kind === 'i' ? { source: first } : { plus: first, minus: second };
}
