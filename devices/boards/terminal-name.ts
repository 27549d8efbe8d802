import type { BoardProfile } from './profile.js';

/** What a terminal of pots is called: sources `x0+ x0− … b+ b−` (b+ is the upper rail), hidden nodes `h0 …`, outputs `o0 …`. */
export function terminalName(profile: BoardProfile, terminal: number): string {
  const { sources, hidden } = profile;
  if (terminal >= sources + hidden) return `o${terminal - sources - hidden}`;
  if (terminal >= sources) return `h${terminal - sources}`;
  const first = terminal % 2 === 0;
  if (terminal < sources - 2) return `x${terminal >> 1}${first ? '+' : '−'}`;
  return first === profile.bias_V > 0 ? 'b+' : 'b−';
}
