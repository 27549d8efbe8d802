/** What is to be said of one cell or file. */
export interface Remark {
  readonly name: string;
  readonly text: string;
}

/** So many names are written out. */
const MOST_NAMES = 3;

/**
 * Remarks as sentences, the same one once: those that differ in numbers alone count as one and give the numbers of the first. What is
 * said of one cell comes before what is said of many.
 */
export function groupedRemarks(remarks: readonly Remark[]): string[] {
  const groups = new Map<string, { text: string; names: string[]; differ: boolean }>();
  for (const { name, text } of remarks) {
    const key = text.replace(/[\d.,+−-]+(e[+-]?\d+)?/g, '#');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { text, names: [name], differ: false });
    else {
      if (!group.names.includes(name)) group.names.push(name);
      group.differ ||= group.text !== text;
    }
  }
  return [...groups.values()]
    .sort((a, b) => a.names.length - b.names.length)
    .map(({ text, names, differ }) => {
      const [first, ...others] = names;
      const sentence = text.endsWith('.') ? text : `${text}.`;
      if (!differ) return `${listed(names)}: ${sentence}`;
      return `${first}: ${sentence} Likewise, with other numbers, ${listed(others)}.`;
    });
}

function listed(names: readonly string[]): string {
  if (names.length <= MOST_NAMES) return names.join('; ');
  return `${names.slice(0, MOST_NAMES - 1).join('; ')} and ${names.length - MOST_NAMES + 1} more`;
}
