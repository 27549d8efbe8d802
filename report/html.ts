/** HTML that is safe to be put into a page: made only by the `html` template, which escapes what is put into it. */
export class Html {
  constructor(readonly text: string) {}
}

type Piece = Html | string | number | undefined | readonly Html[];

/**
 * Template for HTML: everything put into it is escaped, but other `Html`.
 * @example html`<p>${'a < b'}</p>`.text === '<p>a &lt; b</p>'
 */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(strings.reduce((text, literal, i) => text + render(pieces[i - 1]) + literal));
}

/** Text as it may stand between tags or inside a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function render(piece: Piece): string {
  if (piece === undefined) return '';
  if (piece instanceof Html) return piece.text;
  return Array.isArray(piece)
    ? (piece as readonly Html[]).map((inner) => inner.text).join('')
    : escapeHtml(String(piece));
}
