/**
 * What may not begin a line, and what may not end one, by the punctuation rules of GB/T 15834 and the line-breaking of
 * CLREQ (Requirements for Chinese Text Layout, W3C).
 */
const NEVER_FIRST = new Set('、。，．：；！？）》」』】〕〉”’…—～·%‰℃°,.:;!?)]}々');
const NEVER_LAST = new Set('（《「『【〔〈“‘([{￥$');

const words = new Intl.Segmenter('zh', { granularity: 'word' });
const letters = new Intl.Segmenter('zh', { granularity: 'grapheme' });

/**
 * Breaks a text into lines no wider than `most`, in the unit of `widthOf`. Between Chinese characters a line may end
 * anywhere but before closing and after opening punctuation; words and numbers of other scripts stay whole, unless one
 * alone is wider than a line. A line feed always ends a line.
 */
export function breakLines(text: string, most: number, widthOf: (text: string) => number): string[] {
  return text.split('\n').flatMap((paragraph) => fill(piecesOf(paragraph), most, widthOf));
}

/** The parts of a paragraph between which a line may end, each with the punctuation that clings to it. */
function piecesOf(paragraph: string): string[] {
  const atoms = [...words.segment(paragraph)].flatMap(({ segment }) =>
    /\p{Script=Han}/u.test(segment)
      ? [...letters.segment(segment)].map((letter) => letter.segment)
      : [segment],
  );
  const pieces: string[] = [];
  for (const atom of atoms) {
    const last = pieces.at(-1);
    const clings =
      last !== undefined &&
      (/^\s+$/.test(atom) ||
        NEVER_FIRST.has(atom) ||
        NEVER_LAST.has([...last.trimEnd()].at(-1) ?? '') ||
        joinsWord(last, atom));
    if (clings) pieces[pieces.length - 1] = last + atom;
    else pieces.push(atom);
  }
  return pieces;
}

/** Signs inside words of other scripts, such as the hyphen in `CO-2` or the slash in `24/7`. */
function joinsWord(last: string, atom: string): boolean {
  const isJoint = (text: string) => /^[-/&+@#_'’.:]$/.test(text);
  const before = [...last].at(-1) ?? '';
  return /[\p{Script=Latin}\p{N}]$/u.test(last)
    ? isJoint(atom)
    : isJoint(before) && /^[\p{Script=Latin}\p{N}]/u.test(atom);
}

function fill(pieces: readonly string[], most: number, widthOf: (text: string) => number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces) {
    if (widthOf((line + piece).trimEnd()) <= most) {
      line += piece;
      continue;
    }
    if (line.trim() !== '') lines.push(line.trimEnd());
    line = piece.trimStart();
    // Wider than a line by itself: broken where it must be.
    while (widthOf(line.trimEnd()) > most) {
      const head = longestHead(line, most, widthOf);
      lines.push(head);
      line = line.slice(head.length);
    }
  }
  lines.push(line.trimEnd());
  return lines;
}

/** As many letters as fit a line, one at least. */
function longestHead(text: string, most: number, widthOf: (text: string) => number): string {
  let head = '';
  for (const { segment } of letters.segment(text)) {
    if (head !== '' && widthOf(head + segment) > most) break;
    head += segment;
  }
  return head;
}
