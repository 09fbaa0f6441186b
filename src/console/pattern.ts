const partsOf = (path: string) => path.split('/').filter((part) => part !== '');

/** The pattern that an address fits, in which `$` begins what stands for anything; a word goes before that. */
export function patternFor(path: string, patterns: readonly string[]): string | null {
  const parts = partsOf(path);
  const fits = (pattern: string) => {
    const asked = partsOf(pattern);
    return (
      asked.length === parts.length && asked.every((part, at) => part.startsWith('$') || part === parts[at])
    );
  };
  const found = patterns.filter(fits);
  return found.sort((one, other) => one.split('$').length - other.split('$').length)[0] ?? null;
}
