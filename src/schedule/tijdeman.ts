/**
 * Compares the fractions a/b and c/d exactly: negative when a/b is the smaller. b and d are positive;
 * all are whole numbers within 2^53, b x d too. No product of a or c is formed, so nothing overflows.
 */
export function compareFractions(a: number, b: number, c: number, d: number): number {
  const restA = ((a % b) + b) % b;
  const restC = ((c % d) + d) % d;
  const wholeA = (a - restA) / b;
  const wholeC = (c - restC) / d;
  return wholeA !== wholeC ? wholeA - wholeC : restA * d - restC * b;
}

/**
 * The next state to serve by Tijdeman's chairman assignment: `played[i]` counts the past turns of i,
 * `weights[i]` is its whole positive weight. Gives the index to serve now, or -1 for no states at all.
 *
 * With n states, W the sum of weights and k the turn to be given, i is eligible when
 * k w_i / W - x_i >= 1/(2n-2), and among the eligible the earliest deadline
 * (x_i + 1 - 1/(2n-2)) W / w_i is served, the lower index first. Then at every prefix each state is
 * within 1 - 1/(2n-2) turns of its exact share, and no rule does better.
 *
 * Bounds: k x w_i and x_i x W within 2^53; counts may be reduced by whole rounds (W turns).
 *
 * @see R. Tijdeman, "The chairman assignment problem", Discrete Mathematics 32 (1980) 323-330.
 */
export function nextTurn(played: readonly number[], weights: readonly number[]): number {
  const n = weights.length;
  if (n <= 1) return n - 1;
  let total = 0;
  let turn = 1;
  for (let i = 0; i < n; i++) {
    total += weights[i] ?? 0;
    turn += played[i] ?? 0;
  }
  const parts = 2 * n - 2;
  const least = Math.ceil(total / parts);
  let best = -1;
  let bestLabel = 0;
  let bestWeight = 1;
  for (let i = 0; i < n; i++) {
    const weight = weights[i] ?? 0;
    const count = played[i] ?? 0;
    if (weight * turn - count * total < least) continue;
    const label = (count + 1) * parts - 1;
    if (best < 0 || compareFractions(label, weight, bestLabel, bestWeight) < 0) {
      best = i;
      bestLabel = label;
      bestWeight = weight;
    }
  }
  return Math.max(best, 0);
}
