/** A number with what it counts, in English: `1 piece`, `2 pieces`. The number is written already. */
export function counted(n: string, one: string, many = `${one}s`): string {
  return `${n} ${n === '1' ? one : many}`;
}
