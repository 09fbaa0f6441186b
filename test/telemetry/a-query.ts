/** One line of the text format: a measurement with its labels. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A measurement in a query, with what it asks of labels. */
export interface Selector {
  readonly name: string;
  readonly matchers: readonly { readonly label: string; holds(value: string | undefined): boolean }[];
}

const WORDS = new Set(['and', 'or', 'unless', 'by', 'on', 'bool', 'offset']);
const GROUPING = /\b(by|on)\s*\(([^)]*)\)/g;
const RANGE = /\[\w+\]/g;
/** The name of a measurement or a function, perhaps with braces; behind it what tells a function. */
const NAME = /([a-zA-Z_:][\w:]*)\s*(?:\{([^}]*)\})?\s*(\(?)/g;

/** The samples of a text in the exposition format. */
export function samplesOf(text: string): Sample[] {
  return [...text.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)].map(([, name = '', inBraces = '']) => ({
    name,
    labels: Object.fromEntries(
      [...inBraces.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', value = '']) => [
        label,
        value,
      ]),
    ),
  }));
}

/** The measurements in a query. */
export function selectorsIn(query: string): Selector[] {
  const bare = query.replace(GROUPING, ' ').replace(RANGE, ' ');
  return [...bare.matchAll(NAME)].flatMap(([, name = '', inBraces = '', call]) =>
    WORDS.has(name) || call === '(' ? [] : [{ name, matchers: matchersIn(inBraces) }],
  );
}

function matchersIn(inBraces: string): Selector['matchers'] {
  return [...inBraces.matchAll(/(\w+)(=~|=)"([^"]*)"/g)].map(([, label = '', operator, wanted = '']) => ({
    label,
    holds: (value) =>
      value !== undefined &&
      (operator === '=' ? value === wanted : new RegExp(`^(?:${wanted})$`).test(value)),
  }));
}

/** The labels by which a query sums up or compares. */
export function namesIn(query: string): string[] {
  return [...query.matchAll(GROUPING)].flatMap(([, , names = '']) => names.split(',').flatMap(trimmed));
}

/**
 * The labels that the answer of a query has: those by which it is summed up, none where it is summed up by nothing, all of
 * its measurements otherwise. `known`: those of measurements that other rules make.
 */
export function labelsOf(
  query: string,
  given: readonly Sample[],
  known: ReadonlyMap<string, ReadonlySet<string>>,
): Set<string> {
  const by = [...query.matchAll(/\bby\s*\(([^)]*)\)/g)].flatMap(([, names = '']) =>
    names.split(',').flatMap(trimmed),
  );
  if (by.length > 0)
    return new Set(by.filter((name) => name !== 'le' || !query.includes('histogram_quantile')));
  if (/\b(sum|max|min)\s*\(/.test(query)) return new Set();
  const all = selectorsIn(query.replace(/\bunless\b.*$/, '')).flatMap(({ name }) => [
    ...(known.get(name) ?? []),
    ...given.filter((sample) => sample.name === name).flatMap(({ labels }) => Object.keys(labels)),
  ]);
  return new Set(all);
}

function trimmed(text: string): string[] {
  return text.trim() === '' ? [] : [text.trim()];
}
