/**
 * Edits between two words: letters added, left out, replaced, or two neighbours swapped (optimal string alignment; Damerau,
 * CACM 7:171, 1964).
 */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(previous[j] + 1, row[j - 1] + 1, substitution);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
    }
    beforeLast = previous;
    previous = row;
  }
  return previous[b.length];
}

/** Letters that make the beginning of a longer word a word that was meant. */
const LEAST_BEGINNING = 3;

/** The known word nearest to `word`, for "did you mean": a third of its letters may be wrong, or its end missing; else undefined. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const typed = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const distance = editDistance(typed, candidate.toLowerCase());
    if (distance < bestDistance) {
      bestDistance = distance;
      best = candidate;
    }
  }
  if (best !== undefined && bestDistance <= Math.max(1, Math.floor((typed.length + 1) / 3))) return best;
  if (typed.length < LEAST_BEGINNING) return undefined;
  return known.find((candidate) => candidate.toLowerCase().startsWith(typed));
}
